import type { Severity } from '../../../common/rules/rule';

/** What is looked at, and from when to when, as date math or ISO times. */
export interface Look {
  readonly kql: string;
  readonly from: string;
  readonly to: string;
}

/** Where a host's apps find the violations of a space. */
export interface ViolationsView {
  readonly id: string;
  /** The data stream. */
  readonly title: string;
  /** Whether there is such a data view, with its labels and formats. */
  readonly installed: boolean;
}

/** Somebody or something that can be told. */
export interface Connector {
  readonly id: string;
  readonly name: string;
  /** It must be said who gets it. */
  readonly needsAddress: boolean;
}

/** When who is to be told of what. */
export interface AlertRequest {
  readonly name: string;
  readonly severities: readonly Severity[];
  readonly ruleId: string | undefined;
  /** So many violations found within so many minutes. */
  readonly atLeast: number;
  readonly withinMinutes: number;
  readonly connectors: readonly Connector[];
  /** For connectors that need them. */
  readonly addresses: readonly string[];
}

/** The other apps of a host, as far as the pages lead there. */
export interface HostApps {
  discoverHref(look: Look, view: ViolationsView): string;
  dashboardHref(id: string): string;
  /** A saved visualisation, of one rule's violations. */
  lensHref(id: string, view: ViolationsView, ruleId: string, range: Pick<Look, 'from' | 'to'>): string;
  readonly alerts: {
    /** Of those that there are, the ones whose message can be told from here. */
    connectors(): Promise<readonly Connector[]>;
    /**
     * Makes a rule of the host's own alerting, as the user; gives its address.
     * @throws ApiError
     */
    create(request: AlertRequest, view: ViolationsView): Promise<string>;
  };
}
