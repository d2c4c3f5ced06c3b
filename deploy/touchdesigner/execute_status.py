"""An Execute DAT with Frame End on: once a second tells Cuewire the frame rate and the frame.

`cuewire status` shows them. Needs an OSC Out DAT of this name beside it, with the address and port of Cuewire's OSC listener.
"""
import time

OSC_OUT = 'oscout_status'
PERIOD = 1.0

_since = None
_frames = 0
_failing = False


def onFrameEnd(frame):
    global _since, _frames, _failing
    now = time.perf_counter()
    if _since is None:
        _since = now
        return
    # counted, and not the timeline's: that one goes on over frames that were dropped
    _frames += 1
    if now - _since < PERIOD:
        return
    fps = _frames / (now - _since)
    _since, _frames = now, 0
    try:
        out = op(OSC_OUT)
        out.sendOSC('/status/fps', [fps])
        out.sendOSC('/status/frame', [int(absTime.frame)])
        _failing = False
    except Exception as problem:
        if not _failing:
            _failing = True
            print(f'Cuewire: no status sent: {OSC_OUT}: {problem}')
