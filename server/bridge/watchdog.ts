const TICKS = 10;

/**
 * Calls `onSilence` once where nothing was heard for so long. Time is counted in ticks of its own timer: a process that was
 * held up as a whole (suspended, or busy) has missed ticks, too, and takes nobody for silent because of that.
 */
export class Watchdog {
  private readonly timer: NodeJS.Timeout;
  private silentTicks = 0;

  constructor(silenceMs: number, onSilence: () => void) {
    this.timer = setInterval(() => {
      this.silentTicks += 1;
      if (this.silentTicks <= TICKS) return;
      this.stop();
      onSilence();
    }, silenceMs / TICKS).unref();
  }

  heard(): void {
    this.silentTicks = 0;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
