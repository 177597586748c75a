import { BeTraceError } from '../../common/errors';

const PER_USER = 2;
/** Of all users: each holds pages of documents. */
const MOST = 8;

/** Lets each user run a few previews at once, and all together not too many. */
export class PreviewSlots {
  private readonly running = new Map<string, number>();
  private total = 0;

  /**
   * @returns gives the place back
   * @throws BT_TOO_MANY_PREVIEWS, BT_OVERLOADED
   */
  take(user: string): () => void {
    const own = this.running.get(user) ?? 0;
    if (own >= PER_USER) {
      throw new BeTraceError('BT_TOO_MANY_PREVIEWS', `${PER_USER} previews of yours are running; end one, or wait.`);
    }
    if (this.total >= MOST) {
      throw new BeTraceError('BT_OVERLOADED', 'Too many previews are running; try again soon.');
    }
    this.running.set(user, own + 1);
    this.total += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.total -= 1;
      const left = (this.running.get(user) ?? 1) - 1;
      if (left === 0) this.running.delete(user);
      else this.running.set(user, left);
    };
  }
}
