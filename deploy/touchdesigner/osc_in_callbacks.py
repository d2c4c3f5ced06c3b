"""Callbacks of an OSC In DAT: `/project1/geo1/sx 2.5` sets the parameter sx of /project1/geo1.

Put this text into the Callbacks DAT of an OSC In DAT whose port is the one that Cuewire sends to.
"""

_reported = set()


def onReceiveOSC(dat, rowIndex, message, byteData, timeStamp, address, args, peer):
    try:
        path, _, name = address.rpartition('/')
        if path:
            apply(path, name, args)
        else:
            onCue(address, args)
    except Exception as problem:  # one value that does not fit must not stop the others
        report(address, str(problem))


def onCue(address, args):
    """An address with one part is no parameter: `/scene intro`, `/emergency_stop 1`. React to them here."""
    report(address, 'no parameter; what it shall do belongs into onCue')


def apply(path, name, args):
    target = op(path)
    if target is None:
        report(path, 'no such operator')
        return
    par = getattr(target.par, name, None)
    if par is None:
        report(path + '/' + name, 'no such parameter')
        return
    if par.isPulse or par.isMomentary:
        if not args or isOn(args[0]):
            par.pulse()
        return
    if len(args) != 1:
        report(path + '/' + name, f'one value expected, not {len(args)}')
        return
    value = args[0]
    if par.isToggle:
        par.val = isOn(value)
    elif par.isMenu and not isinstance(value, str):
        par.menuIndex = int(value)
    elif par.isMenu and not par.isString and value not in par.menuNames:
        report(path + '/' + name, f"no menu item '{value}', only {', '.join(par.menuNames)}")
    elif par.isNumber:
        par.val = round(float(value)) if par.isInt else float(value)
    elif par.isString:
        par.val = str(value)
    else:
        par.val = value


def isOn(value):
    """A controller sends 1, 1.0 or True; a text, the word."""
    if isinstance(value, str):
        return value.lower() not in ('', '0', '0.0', 'off', 'false')
    return bool(value)


def report(what, problem):
    """Once: a fader sends a hundred messages a second."""
    if what not in _reported and len(_reported) < 1000:
        _reported.add(what)
        print(f'Cuewire: {what}: {problem}')
