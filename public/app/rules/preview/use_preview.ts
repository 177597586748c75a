import { useCallback, useEffect, useState } from 'react';
import type { PreviewLine, PreviewMatch, PreviewProgress } from '../../../../common/api/preview';
import { type ApiError, unreachable } from '../../api/api_error';
import { useAppServices } from '../../app_services';
import { measured } from '../../telemetry/telemetry';

const PATH = '/preview';
const QUIET_MS = 700;

type Attributes = Extract<PreviewLine, { kind: 'attributes' }>['attributes'];
export type PreviewDone = Omit<Extract<PreviewLine, { kind: 'done' }>, 'kind'>;

/** What is tried on stored traces; undefined while the text does not work. */
export interface PreviewWish {
  readonly dsl: string;
  readonly sinceMs: number;
  readonly kql: string;
}

/** What a preview has found until now. */
export interface PreviewState {
  /** `waiting`: somebody may still be typing. */
  readonly phase: 'idle' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: PreviewProgress | undefined;
  readonly done: PreviewDone | undefined;
  readonly matches: readonly PreviewMatch[];
  readonly attributes: Attributes;
  readonly error: Pick<ApiError, 'code' | 'message' | 'status'> | undefined;
}

const NOTHING: PreviewState = {
  phase: 'idle',
  progress: undefined,
  done: undefined,
  matches: [],
  attributes: [],
  error: undefined,
};

/**
 * Tries a rule on stored traces whenever it has changed and nobody has typed for a moment. What was under way for what it was
 * before is cancelled.
 */
export function usePreview(wish: PreviewWish | undefined): PreviewState & { cancel: () => void; again: () => void } {
  const { stream } = useAppServices();
  const [state, setState] = useState(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const [controller, setController] = useState<AbortController>();
  const { dsl, sinceMs, kql } = wish ?? {};

  useEffect(() => {
    if (dsl === undefined || sinceMs === undefined) {
      setState((shown) => (shown.phase === 'idle' ? shown : NOTHING));
      return;
    }
    const own = new AbortController();
    setController(own);
    // what was found for the text before stays to look at until there is something new
    setState((shown) => ({ ...shown, phase: 'waiting', error: undefined }));
    const start = (): void => {
      setState({ ...NOTHING, phase: 'running' });
      const to = Date.now();
      const body = { dsl, from: new Date(to - sinceMs).toISOString(), to: new Date(to).toISOString(), kql: kql ?? '' };
      const onLine = (line: PreviewLine): void => {
        if (!own.signal.aborted) setState((found) => withLine(found, line));
      };
      measured('preview', () => stream<PreviewLine>(PATH, { body, signal: own.signal, onLine })).then(
        () => {
          if (!own.signal.aborted)
            setState((found) => (found.phase === 'running' ? failed(found, unreachable()) : found));
        },
        (error: unknown) => {
          if (!own.signal.aborted) setState((found) => failed(found, error as ApiError));
        },
      );
    };
    const timer = setTimeout(start, QUIET_MS);
    return () => {
      clearTimeout(timer);
      own.abort();
    };
  }, [stream, dsl, sinceMs, kql, attempt]);

  const cancel = useCallback(() => {
    controller?.abort();
    setState((found) => ({ ...found, phase: 'cancelled' }));
  }, [controller]);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...state, cancel, again };
}

const failed = (found: PreviewState, { code, message, status }: Pick<ApiError, 'code' | 'message' | 'status'>) => ({
  ...found,
  phase: 'failed' as const,
  error: { code, message, status },
});

function withLine(found: PreviewState, line: PreviewLine): PreviewState {
  switch (line.kind) {
    case 'attributes':
      return { ...found, attributes: line.attributes };
    case 'match':
      return { ...found, matches: [...found.matches, line.match] };
    case 'progress':
      return { ...found, progress: line };
    case 'done':
      return { ...found, phase: 'done', progress: line, done: line };
    case 'error':
      return failed(found, { ...line, status: 0 });
  }
}
