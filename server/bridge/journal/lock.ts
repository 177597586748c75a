import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BeTraceError } from '../../../common/errors';

const NAME = 'lock';

/**
 * Takes the folder for this process. A lock that a process left which is gone is taken over; so is this process' own, as a
 * worker that died can't give it back.
 * @throws BT_JOURNAL_LOCKED where another process that lives has it
 */
export async function lockJournal(folder: string): Promise<void> {
  const file = path.join(folder, NAME);
  const self = await identityOf(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(file, self, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder === self) return;
    const pid = Number(holder.split(' ', 1)[0]);
    if (pid > 0 && isAlive(pid) && holder === (await identityOf(pid))) {
      throw new BeTraceError('BT_JOURNAL_LOCKED', `Process ${pid} has the journal in ${folder}.`, { pid });
    }
    await rm(file, { force: true });
  }
  throw new BeTraceError('BT_JOURNAL_LOCKED', `Another process takes the journal in ${folder} just now.`);
}

/** The process' number and, where the system tells (Linux), when it began: numbers are given out again. */
async function identityOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${began}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
