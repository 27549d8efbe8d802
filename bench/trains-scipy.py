"""
Fits of pulse trains beside an independent NumPy/SciPy script: the same table through `ohmprop calibrate fit` and through
scipy.optimize.least_squares here, labels and laws, printed with the largest relative difference.
    npm run build && python3 bench/trains-scipy.py [TABLE.csv with columns pulse,LTP (S),LTD (S)]
Without a table one is drawn (numpy default_rng(14)). Nothing of ohmprop's code is used but the command.
"""
import json, os, subprocess, sys, tempfile
import numpy as np
from scipy.optimize import brentq, least_squares, minimize_scalar
from scipy.stats import t as student

HERE = os.path.dirname(os.path.abspath(__file__))
OHMPROP = ['node', os.path.join(HERE, '..', 'dist', 'cli', 'main.js')]
SCALE = 10.10152


def draw(path):
    rng = np.random.default_rng(14)
    n = np.arange(101)
    up = 2e-6 + 1e-5 * (1 - np.exp(-n / 25)) + 8e-8 * rng.normal(size=101)
    down = 12e-6 - 1e-5 * (1 - np.exp(-n / 20)) + 8e-8 * rng.normal(size=101)
    with open(path, 'w') as f:
        f.write('pulse,LTP (S),LTD (S)\n' + '\n'.join(f'{i},{u!r},{d!r}' for i, u, d in zip(n, up.tolist(), down.tolist())) + '\n')


def shape(x, u):
    return x if abs(u) < 1e-12 else np.expm1(-u * x) / np.expm1(-u)


def label(u):
    a = 1 / abs(u)
    b = 1 / (1 - np.exp(-1 / a))
    return np.sign(u) * SCALE * (b - a - a * np.log(b / a))


def labels(n, y, falls):
    x = (n - n[0]) / (n[-1] - n[0])
    if falls:
        x, y = (1 - x)[::-1], y[::-1]
    s = (y - y[0]) / (y[-1] - y[0])
    out = {}
    for rule in ('fixed', 'free'):
        def rss(u):
            c = shape(x, u)
            if rule == 'fixed':
                return np.sum((s - c) ** 2)
            A = np.column_stack([np.ones_like(c), c])
            return np.sum((s - A @ np.linalg.lstsq(A, s, rcond=None)[0]) ** 2)
        grid = np.sinh(np.linspace(-5, 5, 2001)) * 0.8
        k = int(np.argmin([rss(u) for u in grid]))
        best = minimize_scalar(rss, bounds=(grid[max(0, k - 1)], grid[min(2000, k + 1)]), method='bounded', options={'xatol': 1e-10})
        out[rule] = (label(best.x), 1 - best.fun / np.sum((s - s.mean()) ** 2))
    return out


def soft_bounds(n, y):
    """Start, change and bend by least squares, and the profile interval of the label with Student's threshold."""
    N = n[-1] - n[0]
    lo, span = y.min(), y.max() - y.min()
    z = (y - lo) / span
    f = lambda p: z - p[0] - p[1] * shape((n - n[0]) / N, p[2])
    sign = 1 if y[-1] > y[0] else -1
    fits = [least_squares(f, [z[0], sign, u0], x_scale=[1, 1, 3], xtol=1e-14, ftol=1e-14, gtol=1e-14) for u0 in (-3, 0.5, 3, 12)]
    best = min(fits, key=lambda r: r.cost)
    m, p = len(n), 3
    drop = m * np.log1p(student.ppf(0.975, m - p) ** 2 / (m - p))
    def excess(u):
        c = shape((n - n[0]) / N, u)
        A = np.column_stack([np.ones_like(c), c])
        r = z - A @ np.linalg.lstsq(A, z, rcond=None)[0]
        return m * np.log(np.sum(r ** 2) / (2 * best.cost)) - drop
    u = best.x[2]
    ends = []
    for way in (-1, 1):
        far = u + way * 0.01
        while excess(far) < 0:
            far += way * 0.2
        ends.append(brentq(excess, u, far, xtol=1e-12))
    signed = sorted(sign * label(e) for e in ends)
    return {
        'rmse': span * np.sqrt(2 * best.cost / m),
        'label': sign * label(u), 'low': signed[0], 'high': signed[1],
        'asymptote': lo + span * (best.x[0] + best.x[1] / (1 - np.exp(-u))),
        'A': N / u,
    }


def power(n, y, falls):
    lo, hi = y.min(), y.max()
    z = (hi - y) / (hi - lo) if falls else (y - lo) / (hi - lo)
    count = int(n[-1] - n[0])
    def states(p):
        out, s = np.empty(count + 1), p[0]
        for i in range(count + 1):
            out[i] = s
            left = max(0.0, (p[3] - s) / p[3])
            s = min(max(p[0], p[3]), s + np.exp(p[1]) * left ** p[2])
        return out
    f = lambda p: z - states(p)[(n - n[0]).astype(int)]
    most = hi / (hi - lo) if falls else 30
    fits = []
    for k0, e0 in ((1.5, 0.75), (3, 1.5), (20, 3)):
        fits.append(least_squares(f, [0, np.log(k0 / count), e0, min(1.05, most)], bounds=([-1, -16, 0, 0.2], [2, 3, 20, min(30, most)]), xtol=1e-14, ftol=1e-14, gtol=1e-14))
    best = min(fits, key=lambda r: r.cost)
    return (hi - lo) * np.sqrt(2 * best.cost / len(n))


def main():
    with tempfile.TemporaryDirectory() as folder:
        table = sys.argv[1] if len(sys.argv) > 1 else os.path.join(folder, 'drawn.csv')
        if len(sys.argv) < 2:
            draw(table)
        raw = np.genfromtxt(table, delimiter=',', skip_header=1)
        def ours(model):
            done = subprocess.run([*OHMPROP, 'calibrate', 'fit', table, '--model', model, '--json'], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr)
            return json.loads(done.stdout)['cells'][0]
        soft, power_fit = ours('soft-bounds'), ours('power')
        worst = 0.0
        def row(name, mine, theirs):
            nonlocal worst
            d = abs(mine - theirs) / abs(theirs)
            worst = max(worst, d)
            print(f'{name:38s} {mine:.8g}  {theirs:.8g}  {d:.1e}')
        for column, way, falls in ((1, 'potentiation', False), (2, 'depression', True)):
            n, y = raw[:, 0], raw[:, column]
            for rule, (nl, r2) in labels(n, y, falls).items():
                got = soft[way][0]['nonlinearity'][rule]
                row(f'{way} NL, ends {rule}', got['label'], nl)
                row(f'{way} R2, ends {rule}', got['r2'], r2)
            ref, fit = soft_bounds(n, y), soft['fits'][way]
            if 'correlation' in fit:
                print(f'{way}: ohmprop carries a correlation of the noise here; its law is not the plain least squares')
                continue
            e = fit['estimates']
            row(f'{way} soft bounds RMSE [S]', fit['rmse'], ref['rmse'])
            row(f'{way} asymptote [S]', e['asymptote_S']['value'], ref['asymptote'])
            row(f'{way} A [pulses]', e['A_pulses']['value'], ref['A'])
            for end in ('low', 'high'):
                row(f'{way} NL 95 % profile, {end}', e['nonlinearity'][end], ref[end])
            row(f'{way} power RMSE [S]', power_fit['fits'][way]['rmse'], power(n, y, falls))
        print(f'largest relative difference: {worst:.1e}')


main()
