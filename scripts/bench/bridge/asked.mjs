import { fork } from 'node:child_process';

/** A process that answers each message with one. */
export class Asked {
  /** @param {string} file */
  constructor(file) {
    this.process = fork(file, [], { execArgv: ['--max-old-space-size=4096'] });
  }

  /** @returns {Promise<any>} */
  answer() {
    return new Promise((resolve, reject) => {
      this.process.once('message', (/** @type {{ error?: string }} */ message) =>
        message.error === undefined ? resolve(message) : reject(new Error(message.error)),
      );
    });
  }

  /** @param {object} message */
  ask(message) {
    const answer = this.answer();
    this.process.send(message);
    return answer;
  }

  close() {
    this.process.disconnect();
  }
}
