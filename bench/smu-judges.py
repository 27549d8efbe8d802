"""comet's tests of its own emulated Keithley 2400, at this project's; started by hand:

    npx ohmprop instrument emulate scpi-2400 --tcp 0      (says its port)
    python3 bench/smu-judges.py COMET_FOLDER/tests/test_emulator_keithley_k2400.py PORT

Each test gets an instrument that was reset, and says lines to it over TCP; a line without a question is expected to be silent.
"""
import json
import re
import socket
import sys
import time
import types


class Line:
    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=3)
        self.answers = self.socket.makefile('r', newline='\n')

    def __call__(self, command):
        self.socket.sendall(f'{command}\n'.encode())
        return self.answers.readline().rstrip('\r\n') if '?' in command else None

    def close(self):
        self.answers.close()
        self.socket.close()


def main(path, port):
    for name in ('pytest', 'comet', 'comet.emulator', 'comet.emulator.keithley', 'comet.emulator.keithley.k2400'):
        sys.modules[name] = types.ModuleType(name)
    sys.modules['pytest'].fixture = lambda f: f
    sys.modules['comet.emulator'].Context = sys.modules['comet.emulator.keithley.k2400'].K2400Emulator = None
    names = {}
    exec(compile(open(path).read(), path, 'exec'), names)
    tests = {name: test for name, test in names.items() if re.match('test_', name)}
    good = []
    for name, test in tests.items():
        time.sleep(0.2)
        line = Line(int(port))
        for command in ('*RST', '*CLS'):
            line(command)
        try:
            test(line)
            good.append(name)
            line.close()
        except Exception as error:
            line.close()
            at = error.__traceback__
            while at.tb_next is not None and at.tb_next.tb_frame.f_code.co_filename == path:
                at = at.tb_next
            where = open(path).read().split('\n')[at.tb_lineno - 1].strip()
            print(json.dumps({'test': name, 'fails at': where, 'error': str(error) or type(error).__name__}))
    print(json.dumps({'passed': len(good), 'of': len(tests), 'names': good}))


main(*sys.argv[1:])
