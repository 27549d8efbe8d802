import type { Starter } from './starter.js';

export const studyStarter: Starter = {
  description: 'a command over a grid of settings and seeds, with means and intervals',
  files: {
    'study.yaml': `# How exactly must nodes be read? A training over five noises and three seeds: 15 trials, each computed once.
kind: study
format: 1
study: noise
# Any command of ohmprop; its options as its own YAML file has them.
base:
  command: train
  preset: iris
  training: {epochs: 20}
# What is varied, by its key: a list, or log:10uV:1mV:5.
axes:
  readout.noise_V: [0, 1uV, 10uV, 30uV, 100uV]
seeds: 3
# Numbers of the answer that it is about.
keep: [testError]
`,
  },
  next: [
    'ohmprop study study.yaml --dry-run',
    'ohmprop study study.yaml',
    'ohmprop study report runs/study_noise -o points.csv',
  ],
  yours: 'study.yaml: your command under base, what you vary under axes',
};
