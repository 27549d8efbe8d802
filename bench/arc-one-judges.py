"""The vendor's own programs as judges of this project's ArC ONE; started by bench/arc-one-judges.ts.

client FOLDER PORT: libarc1 (a checkout at FOLDER) goes through every one of its modules at an instrument; a line of JSON a module.
virtual FOLDER: the virtual instrument of arc1_pyqt (a checkout at FOLDER) at a pseudo-terminal, whose name is the first line; a line
on stdin is answered by the resistances of all its cells, ohm, as they are.
"""
import json
import os
import pty
import struct
import sys
import tty


def client(folder, port):
    sys.path.insert(0, folder)
    import serial
    from libarc1 import ArC1, ArC1Conf
    from libarc1.modules.chronoamperometry import ChronoAmperometry
    from libarc1.modules.convergetostate import ConvergeToState
    from libarc1.modules.curvetracer import CurveTracer
    from libarc1.modules.endurance import Endurance
    from libarc1.modules.formfinder import FormFinder, RampGenerator
    from libarc1.modules.multibias import MB_RW, MultiBias
    from libarc1.modules.readops import ReadAll, ReadMasked, Retention
    from libarc1.modules.switchseeker import SS2_ALGO, SwitchSeeker

    # A pseudo-terminal has no parity.
    arc = ArC1(port, parity=serial.PARITY_NONE, config=ArC1Conf(words=8, bits=8, Vread=0.2))
    say = lambda **line: print(json.dumps(line, default=float), flush=True)
    say(what='version', value=list(arc.firmware_version or ()))
    say(what='read_one', value=[arc.read_one(2, 3)])
    arc.update_Vread(-0.2)
    say(what='update_Vread', value=[arc.read_one(2, 3)])
    arc.update_Vread(0.2)
    say(what='pulseread_one', value=[arc.pulseread_one(2, 3, 1.5, 1e-4)])
    arc.select(4, 4)
    before = arc.read_one(4, 4)
    arc.select(4, 4)
    arc.pulse_active(1.5, 1e-4)
    say(what='pulse_active', value=[before, arc.read_one(4, 4)])

    def module(kind, devs, **conf):
        default = getattr(kind, 'default_config', {})
        rows = []
        for one in arc.run_module(kind, devs, {**default, **conf}):
            if not isinstance(one, str):
                rows.append([float(x) for x in one])
        say(what=kind.__name__ + str(conf.get('algorithm', conf.get('action', ''))), value=rows)

    some = [(1, 1), (2, 5)]
    module(ReadAll, [], words=8, bits=8)
    module(ReadMasked, [(1, 1), (8, 8), (3, 2)])
    module(Retention, some, step=0.05, duration=0.15)
    module(CurveTracer, some, cycles=2, PW=1e-3, interpulse=1e-3)
    module(Endurance, some, cycles=2, PWnumpos=2, PWnumneg=1)
    module(FormFinder, some, Rthr=0.1, Vmax=0.75)
    module(RampGenerator, some, Vmin=0.25, Vmax=1.0)
    module(ConvergeToState, some, Rtarget=15000.0, Vmax=1.6, PWmin=1e-4, PWmax=1e-4)
    module(ChronoAmperometry, some, bias=0.2, pw=1e-2, num_reads=3)
    module(MultiBias, [], action=MB_RW.READ, Vread=0.2)
    module(MultiBias, [], action=MB_RW.WRITE, Vwrite=1.5)
    for algorithm in (SS2_ALGO.SLOW, SS2_ALGO.FAST):
        module(SwitchSeeker, some, algorithm=algorithm, cycles=1, Vmax=1.3, pulses=2, reads=2)
    say(what='read_one after all', value=[arc.read_one(1, 1)])
    arc.close()


def virtual(folder):
    import importlib.util
    import select
    import types

    # Its package imports windows: only the two files that it is made of are loaded.
    serial = types.ModuleType('serial')
    serial.Serial = serial.serialutil = object
    serial.PARITY_EVEN = serial.STOPBITS_ONE = None
    sys.modules.setdefault('serial', serial)
    for name in ('arc1pyqt', 'arc1pyqt.VirtualArC'):
        package = types.ModuleType(name)
        package.__path__ = [os.path.join(folder, *name.split('.'))]
        sys.modules[name] = package
    instrument = importlib.import_module('arc1pyqt.VirtualArC.virtualarc').VirtualArC()
    # It begins with another method than it goes back to.
    instrument.write = instrument.base_write
    master, slave = pty.openpty()
    tty.setraw(slave)
    print(os.ttyname(slave), flush=True)
    # What its windows never send it: settings and how many fields they have. It would take those for jobs.
    skipped = {'0': 7, '01': 2, '02': 2, '00': 0, '999': 0}
    left = 0
    text = b''
    while True:
        ready, _, _ = select.select([master, sys.stdin], [], [])
        if sys.stdin in ready:
            if sys.stdin.readline() == '':
                return
            cells = [[instrument.crossbar[w][b].Rmem for b in range(1, 33)] for w in range(1, 33)]
            print(json.dumps(cells, default=float), flush=True)
        if master not in ready:
            continue
        text += os.read(master, 4096)
        *lines, text = text.split(b'\n')
        for line in (one.decode() for one in lines):
            if left > 0:
                left -= 1
                continue
            if instrument.write == instrument.base_write and line in skipped:
                left = skipped[line]
                if line == '0':
                    os.write(master, b'1\n')
                continue
            instrument.write(line + '\n')
            while instrument.inWaiting() > 0:
                os.write(master, struct.pack('<f', instrument.read()))


if __name__ == '__main__':
    {'client': client, 'virtual': virtual}[sys.argv[1]](*sys.argv[2:])
