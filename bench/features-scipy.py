"""
Features of files beside an independent NumPy/SciPy script: files are drawn (numpy default_rng(14)), read by `ohmprop calibrate report`,
and every number is computed here again, from the drawn values and the definitions that the report prints.
    npm run build && python3 bench/features-scipy.py
Nothing of ohmprop's code is used but the command. Exit code 1 where a number differs in its fifth digit.
"""
import json, os, re, subprocess, sys, tempfile
import numpy as np
from scipy.optimize import minimize, least_squares
from scipy.signal import welch
from scipy.stats import lognorm, norm, weibull_min

HERE = os.path.dirname(os.path.abspath(__file__))
OHMPROP = ['node', os.path.join(HERE, '..', 'dist', 'cli', 'main.js')]
CELLS, CYCLES, STEP, MOST = 6, 20, 0.02, 1.5
worst = {}


def row(kind, name, mine, theirs, shown=True):
    d = abs(mine - theirs) / max(abs(theirs), 1e-300)
    worst[kind] = max(worst.get(kind, 0), d)
    if shown:
        print(f'{kind:12s} {name:44s} {mine:.9g}  {theirs:.9g}  {d:.1e}')


def triangle():
    n = round(MOST / STEP)
    up = np.arange(n + 1) * STEP
    return np.concatenate([up, up[-2::-1], -up[1:], -up[-2::-1]])


def draw_cell(rng, path, k):
    """Loops that set and reset at once; the sixth cell does not set in two of its cycles: censored at 1.5 V."""
    v = triangle()
    mean_set, mean_reset = 0.75 * np.exp(0.08 * rng.normal()), 0.7 * np.exp(0.06 * rng.normal())
    r_on, r_off = 2e3 * np.exp(0.2 * rng.normal()), 1e5 * np.exp(0.3 * rng.normal())
    loops = []
    with open(path, 'w') as f:
        f.write('Cycle,Voltage (V),Current (A)\n')
        for c in range(CYCLES):
            v_set = 2.0 if k == 5 and c in (3, 7) else mean_set * rng.weibull(12)
            v_reset = mean_reset * np.exp(0.1 * rng.normal())
            on, off = r_on * np.exp(0.1 * rng.normal()), r_off * np.exp(0.2 * rng.normal())
            state, i = False, []
            for x in v:
                state = (state or x >= v_set) and not x <= -v_reset
                i.append(x / (on if state else off) * (1 + 0.002 * rng.normal()))
            text = [(f'{a:.4f}', f'{b:.8e}') for a, b in zip(v, i)]
            f.write(''.join(f'{c + 1},{a},{b}\n' for a, b in text))
            loops.append((np.array([float(a) for a, _ in text]), np.array([float(b) for _, b in text])))
    return loops


def loop_features(v, i, read):
    n = round(MOST / STEP)
    out, back, down, up = slice(0, n + 1), slice(n, 2 * n + 1), slice(2 * n, 3 * n + 1), slice(3 * n, 4 * n + 1)
    g = np.log(np.abs(i[1:n + 1] / v[1:n + 1]))
    k = int(np.argmax(np.diff(g)))
    rise = np.diff(g)[k]
    a = np.abs(i[down])
    falls = np.log(a[1:-1] / a[2:])
    m = int(np.argmax(a[: 2 + int(np.argmax(falls))]))
    at = lambda s: i[s][np.argmin(np.abs(v[s] - read))] / read
    area = lambda s, z: -(np.trapezoid(i[s], v[s]) + np.trapezoid(i[z], v[z]))
    return {
        'set': (v[k + 1], v[k + 2]) if rise > 1 else None,
        # the rule: the voltage of the largest current, told as after the point before it
        'reset': (v[down][m - 1], v[down][m]),
        'off': at(out), 'on': at(back), 'lobes': (area(out, back), area(down, up)),
    }


LAWS = {
    'weibull': (lambda p: weibull_min(np.exp(p[0]), scale=np.exp(p[1])), ('shape', 'scale'), (np.exp, np.exp)),
    'lognormal': (lambda p: lognorm(np.exp(p[0]), scale=np.exp(p[1])), ('sigma', 'median'), (np.exp, np.exp)),
    'normal': (lambda p: norm(p[1], np.exp(p[0])), ('sd', 'mean'), (np.exp, lambda x: x)),
}


def censored_mle(low, high, start, law):
    """Intervals (low, high], high infinite where nothing was seen."""
    make = LAWS[law][0]
    def cost(p):
        d = make(p)
        return -np.sum(np.log(np.maximum(d.cdf(high) - d.cdf(low), 1e-300)))
    best = min((minimize(cost, s, method='Nelder-Mead', options={'xatol': 1e-12, 'fatol': 1e-13, 'maxiter': 20000, 'maxfev': 20000}) for s in start), key=lambda r: r.fun)
    return best.x, -best.fun


def distributions(name, intervals, fits):
    low, high = np.array([a for a, _ in intervals]), np.array([b for _, b in intervals])
    centre = np.log(np.median(low))
    starts = {'weibull': [(2, centre), (1, centre)], 'lognormal': [(-2, centre), (-1, centre)], 'normal': [(-2, np.exp(centre)), (-1, np.exp(centre))]}
    for fit in fits:
        if fit['law'] not in LAWS:
            continue
        p, ln = censored_mle(low, high, starts[fit['law']], fit['law'])
        row('censored MLE', f'{name} {fit["law"]} ln L', fit['lnLikelihood'], ln)
        for (key, value, show) in zip(LAWS[fit['law']][1], p, LAWS[fit['law']][2]):
            row('censored MLE', f'{name} {fit["law"]} {key}', fit['parameters'][key]['value'], show(value))


def nested(groups):
    """σ between and within groups, by moments of an unbalanced nested analysis of variance."""
    n = np.array([len(g) for g in groups]); N, k = n.sum(), len(n)
    means = np.array([np.mean(g) for g in groups]); grand = np.concatenate(groups).mean()
    within = sum(np.sum((g - m) ** 2) for g, m in zip(groups, means)) / (N - k)
    between = np.sum(n * (means - grand) ** 2) / (k - 1)
    n0 = (N - np.sum(n ** 2) / N) / (k - 1)
    return np.sqrt(max(0, (between - within) / n0)), np.sqrt(within)


def noise(rng, path):
    n, rate = 1 << 15, 200.0
    f = np.fft.rfftfreq(n, 1 / rate); f[0] = f[1]
    x = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * f ** -0.6, n)
    g = 1e-5 + 2e-8 * x / x.std() + 3e-9 * rng.normal(size=n)
    text = [f'{value:.10e}' for value in g]
    with open(path, 'w') as out:
        out.write('Time (s),Conductance (S)\n' + ''.join(f'{k / rate:.6f},{t}\n' for k, t in enumerate(text)))
    return np.array([float(t) for t in text]), rate


def noise_rows(g, rate, found):
    segment = found['spectrum']['segment']
    f, p = welch(g, rate, window='hann', nperseg=segment, noverlap=segment // 2, detrend='constant', scaling='density')
    for way in ('unbinned', 'binned'):
        said = found['exponent'][way]
        a, b = map(float, re.search(r'([\d.]+) to ([\d.]+) Hz', said['method']).groups())
        inside = (f >= a * (1 - 1e-9)) & (f <= b * (1 + 1e-9))
        if way == 'unbinned':
            slope = np.polyfit(np.log(f[inside]), np.log(p[inside]), 1)[0]
        else:
            edges = np.geomspace(a, b, 14)
            at = np.clip(np.searchsorted(edges, f[inside] * (1 + 1e-12), side='right') - 1, 0, 12)
            full = [k for k in range(13) if np.any(at == k)]
            centre = [np.log(np.sqrt(edges[k] * edges[k + 1])) for k in full]
            slope = np.polyfit(centre, [np.log(p[inside][at == k].mean()) for k in full], 1)[0]
        row('PSD slope', f'Welch, segment {segment}, {way}', said['value'], slope)
    row('PSD slope', 'kurtosis', found['kurtosis'], np.mean((g - g.mean()) ** 4) / np.var(g) ** 2)


def retention(rng, path):
    t = np.geomspace(1, 1e5, 200)
    g = 2e-5 * t ** -0.02 * (1 + 0.002 * rng.normal(size=200))
    text = [(f'{a:.8e}', f'{b:.10e}') for a, b in zip(t, g)]
    with open(path, 'w') as f:
        f.write('Time (s),Conductance (S)\n' + ''.join(f'{a},{b}\n' for a, b in text))
    return np.array([float(a) for a, _ in text]), np.array([float(b) for _, b in text])


RETENTION = {
    'constant': (lambda p, t: p[0] + 0 * t, [[1]], ['a'], None),
    'linear': (lambda p, t: p[0] + p[1] * t / 1e5, [[1, -0.1]], ['a', 'b_per_s'], 1),
    'log': (lambda p, t: p[0] + p[1] * np.log(t), [[1, -0.01]], ['a', 'b'], None),
    'power': (lambda p, t: p[0] * t ** -p[1], [[1, 0.01]], ['a', 'nu'], None),
    'exponential': (lambda p, t: p[0] * np.exp(p[1] * t / 1e5), [[1, -0.1]], ['a', 'r_per_s'], 1),
    'exponential to a baseline': (lambda p, t: p[0] + p[1] * np.exp(-t / np.exp(p[2])), [[0.8, 0.2, 6], [0.8, 0.2, 9]], ['baseline', 'c', 'tau_s'], None),
}


def retention_rows(t, g, laws):
    y = g / g[0]
    for law in laws:
        if law['name'] not in RETENTION:
            continue
        f, starts, names, per = RETENTION[law['name']]
        best = min((least_squares(lambda p: f(p, t) - y, s, x_scale='jac', xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000) for s in starts), key=lambda r: r.cost)
        rss = 2 * best.cost
        row('retention', f'{law["name"]} 1 − R²', 1 - law['r2'], rss / np.sum((y - y.mean()) ** 2))
        for k, key in enumerate(names):
            value = best.x[k] / 1e5 if per == k else np.exp(best.x[k]) if key == 'tau_s' else best.x[k]
            row('retention', f'{law["name"]} {key}', law['parameters'][key]['value'], value)


def main():
    rng = np.random.default_rng(14)
    with tempfile.TemporaryDirectory() as folder:
        files = os.path.join(folder, 'files'); os.mkdir(files)
        cells = [draw_cell(rng, os.path.join(files, f'cell{k + 1}.csv'), k) for k in range(CELLS)]
        g, rate = noise(rng, os.path.join(files, 'noise_200Hz.csv'))
        t, kept = retention(rng, os.path.join(files, 'retention.csv'))
        out = os.path.join(folder, 'report')
        done = subprocess.run([*OHMPROP, 'calibrate', 'report', files, '-o', out], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        found = json.load(open(os.path.join(out, 'features.json')))
    by_name = {f['name']: f for f in found['files']}
    sets, unread, wrong = [], [], 0
    for k, loops in enumerate(cells):
        cell = by_name[f'cell{k + 1}.csv']['features']['loops'][0]
        read = cell['readVoltage']['value_V']
        mine = [loop_features(v, i, read) for v, i in loops]
        for cycle, one in zip(cell['cycles'], mine):
            seen = cycle.get('set', {}).get('seen') is True
            wrong += seen != (one['set'] is not None)
            if one['set'] is not None and seen:
                row('V_set', f'cell {k + 1} after', cycle['set']['after_V'], one['set'][0], False)
                row('V_set', f'cell {k + 1} at', cycle['set']['at_V'], one['set'][1], False)
            if cycle.get('reset', {}).get('seen') and one['set'] is not None:
                row('V_reset', 'after', cycle['reset']['after_V'], one['reset'][0], False)
                row('V_reset', 'at', cycle['reset']['at_V'], one['reset'][1], False)
            for kind, key, value in (('G off', 'off_S', one['off']), ('G on', 'on_S', one['on']), ('window', 'window', one['on'] / one['off'])):
                if cycle[key] is None:
                    unread.append(f'{kind} of cell {k + 1}, cycle {cycle["cycle"]}')
                else:
                    row(kind, f'cell {k + 1}', cycle[key], value, False)
            row('loop area', f'cell {k + 1}', cycle['loopArea_VA'], sum(abs(lobe) for lobe in one['lobes']), False)
        summary = next(s for s in cell['summaries'] if s['name'] == 'setVoltage_V')
        intervals = [one['set'] if one['set'] is not None else (MOST, np.inf) for one in mine]
        if k in (0, 5):
            distributions(f'cell {k + 1} V_set', intervals, summary['distributions']['fits'])
        sets.append([one['set'][1] for one in mine if one['set'] is not None])
    for spread in found['population']:
        if spread['name'] != 'setVoltage_V':
            continue
        groups = [np.log(s) if spread['ofLogarithms'] else np.array(s) for s in sets]
        between, within = nested(groups)
        row('components', 'V_set between cells', spread['components']['sigma']['device']['value'], between)
        row('components', 'V_set between cycles', spread['components']['sigma']['cycle']['value'], within)
    noise_rows(g, rate, by_name['noise_200Hz.csv']['features']['noise'][0])
    retention_rows(t, kept, by_name['retention.csv']['features']['retention'][0]['laws'])
    print()
    for kind, d in worst.items():
        print(f'{kind:12s} largest relative difference {d:.1e}')
    print(f'cycles where one sees a set and the other does not: {wrong}')
    print(f'not read by ohmprop: {", ".join(unread) or "none"}')
    sys.exit(1 if wrong > 0 or max(worst.values()) > 5e-5 else 0)


main()
