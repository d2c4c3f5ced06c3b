"""What a script sees of TouchDesigner: `op`, parameters, time. Runs a script against it.

    touchdesigner.py SCRIPT '[["CALLBACK", ARGUMENT, …], …]' [--without-osc-out]

calls the script's callbacks one after the other and prints, as JSON, what became of the parameters, what was sent by OSC and
what the textport says.
"""
import contextlib
import io
import json
import sys


class Par:
    """One parameter, as far as the scripts look at it; like the real ones it refuses what is not of its type."""

    def __init__(self, style, val, menu=()):
        self.style, self._val, self.menuNames, self.pulses = style, val, list(menu), 0

    isPulse = property(lambda self: self.style == 'Pulse')
    isMomentary = property(lambda self: self.style == 'Momentary')
    isToggle = property(lambda self: self.style == 'Toggle')
    isMenu = property(lambda self: self.style in ('Menu', 'StrMenu'))
    isString = property(lambda self: self.style in ('Str', 'StrMenu'))
    isInt = property(lambda self: self.style == 'Int')
    isNumber = property(lambda self: self.style in ('Int', 'Float'))

    @property
    def val(self):
        return self._val

    @val.setter
    def val(self, value):
        types = {'Float': float, 'Int': int, 'Toggle': bool, 'Str': str, 'StrMenu': str, 'Menu': str}
        if not isinstance(value, types[self.style]):
            raise TypeError(f'{self.style} cannot be {value!r}')
        if self.style == 'Menu' and value not in self.menuNames:
            raise ValueError(f'{value!r} is not in the menu')
        self._val = value

    @property
    def menuIndex(self):
        return self.menuNames.index(self._val)

    @menuIndex.setter
    def menuIndex(self, index):
        self.val = self.menuNames[index]

    def pulse(self):
        self.pulses += 1


class Pars:
    def __init__(self, pars):
        vars(self).update(pars)


class Operator:
    def __init__(self, **pars):
        self.par = Pars(pars)


class OscOut:
    def __init__(self):
        self.sent = []

    def sendOSC(self, address, values):
        self.sent.append([address, *values])


class AbsTime:
    frame = 1234.0


operators = {
    '/project1/geo1': Operator(
        sx=Par('Float', 1.0), display=Par('Toggle', False), copies=Par('Int', 1),
        xord=Par('Menu', 'srt', ['srt', 'str', 'rst']), material=Par('StrMenu', '')),
    '/project1/movie1': Operator(
        file=Par('Str', ''), cuepulse=Par('Pulse', 0), hold=Par('Momentary', 0)),
}
if '--without-osc-out' not in sys.argv:
    operators['oscout_status'] = OscOut()

script = {'op': operators.get, 'absTime': AbsTime}
textport = io.StringIO()
with contextlib.redirect_stdout(textport):
    with open(sys.argv[1], encoding='utf-8') as source:
        exec(compile(source.read(), sys.argv[1], 'exec'), script)
    if script.get('time'):
        # 50 frames a second by this clock, whatever the computer does
        ticks = iter(range(1_000_000))
        script['time'] = type('time', (), {'perf_counter': staticmethod(lambda: next(ticks) / 50)})
    for callback, *arguments in json.loads(sys.argv[2]):
        script[callback](*arguments)

pars = {
    f'{path}/{name}': par.pulses if par.style in ('Pulse', 'Momentary') else par.val
    for path, operator in operators.items() if isinstance(operator, Operator) for name, par in vars(operator.par).items()
}
sent = operators['oscout_status'].sent if 'oscout_status' in operators else []
print(json.dumps({'pars': pars, 'sent': sent, 'textport': textport.getvalue().splitlines()}))
