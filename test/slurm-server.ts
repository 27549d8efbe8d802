import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './redis-server.js';
import { scratch } from './scratch.js';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** Whether Debian's packages slurm-wlm and munge are here, and may be started: as root, with one machine being all of the cluster. */
export const hasSlurm =
  has('sbatch') && has('slurmctld') && has('slurmd') && has('munged') && userInfo().uid === 0;

/** A cluster of this machine alone. */
export class TestSlurm {
  private constructor(readonly folder: string) {}

  /** What a process that submits needs in its environment. */
  get configuration(): string {
    return join(this.folder, 'slurm.conf');
  }

  static async start(): Promise<TestSlurm> {
    const slurm = new TestSlurm(scratch('slurm'));
    const { folder } = slurm;
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    const key = join(folder, 'munge.key');
    writeFileSync(key, randomBytes(1024));
    chmodSync(key, 0o400);
    chmodSync(folder, 0o755);
    writeFileSync(slurm.configuration, configuration(folder, await freePort(), await freePort()));
    const munge = ['socket', 'pid-file', 'log-file', 'seed-file'].map(
      (name) => `--${name}=${join(folder, `munge.${name}`)}`,
    );
    const env = { ...process.env, SLURM_CONF: slurm.configuration };
    const start = (program: string, ...words: string[]) =>
      execFileSync(program, words, { env, stdio: 'ignore' });
    start('munged', '--force', `--key-file=${key}`, ...munge, '--num-threads=2');
    start('slurmctld');
    start('slurmd');
    for (;;) {
      const { stdout } = spawnSync('sinfo', ['-h', '-o', '%T'], { env, encoding: 'utf8' });
      if (stdout.trim() === 'idle') return slurm;
      await new Promise((go) => setTimeout(go, 100));
    }
  }

  stop(): void {
    for (const name of ['slurmd.pid', 'slurmctld.pid', 'munge.pid-file']) {
      try {
        process.kill(Number(readFileSync(join(this.folder, name), 'utf8')), 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
  }
}

const configuration = (folder: string, controller: number, node: number): string => `ClusterName=test
SlurmctldHost=${hostname().split('.')[0]}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
KillWait=20
MinJobAge=2
MaxArraySize=4
NodeName=${hostname().split('.')[0]} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
