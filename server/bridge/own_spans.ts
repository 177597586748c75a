import type { SpanView } from '../../common/trace/span';

/** An attribute of the resource of the host's own spans; not `service.instance.id`, which users may set. */
export const INSTANCE_KEY = 'betrace.instance.id';

/** Tells the spans that this very process has made of itself, by their resource. */
export class OwnSpans {
  private readonly marker: Buffer;

  /** @param instance a value that nothing else holds */
  constructor(private readonly instance: string) {
    this.marker = Buffer.from(instance);
  }

  /** Whether a body may hold any; looking for it is much cheaper than reading the attribute of each resource. */
  mayBeIn(body: Buffer): boolean {
    return body.includes(this.marker);
  }

  /** @param spans decoded with all their attributes */
  without<Span extends Pick<SpanView, 'resource'>>(spans: readonly Span[]): readonly Span[] {
    return spans.filter(({ resource }) => resource.get(INSTANCE_KEY) !== this.instance);
  }
}
