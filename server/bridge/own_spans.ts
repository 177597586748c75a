import type { SpanView } from '../../common/trace/span';

/** An attribute of the resource of BeTrace's own spans; not `service.instance.id`, which users may set. */
export const INSTANCE_KEY = 'betrace.instance.id';
/** Its value of the spans that violations are sent as, by any host. */
export const VIOLATION_SPANS = 'betrace-violation-spans';

/** Tells the spans that BeTrace has made, by their resource: violations of any host, and what this process made of itself. */
export class OwnSpans {
  private readonly instances: ReadonlySet<unknown>;
  private readonly markers: readonly Buffer[];

  /** @param instance of this process's own telemetry: a value that nothing else holds */
  constructor(instance?: string) {
    const instances = [VIOLATION_SPANS, ...(instance === undefined ? [] : [instance])];
    this.instances = new Set(instances);
    this.markers = instances.map((marker) => Buffer.from(marker));
  }

  /** Whether a body may hold any; looking for it is much cheaper than reading the attribute of each resource. */
  mayBeIn(body: Buffer): boolean {
    return this.markers.some((marker) => body.includes(marker));
  }

  /** @param spans decoded with all their attributes */
  without<Span extends Pick<SpanView, 'resource'>>(spans: readonly Span[]): readonly Span[] {
    return spans.filter(({ resource }) => !this.instances.has(resource.get(INSTANCE_KEY)));
  }
}
