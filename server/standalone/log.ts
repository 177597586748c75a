import ecsFormat from '@elastic/ecs-pino-format';
import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

/**
 * Structured log lines in ECS. Requests and responses are never handed to it, so headers, cookies and bodies can't reach a
 * line; errors are written by their type and stack only where they are ours.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { ...ecsFormat({ convertReqRes: false, convertErr: false, serviceName: 'betrace' }), level };
  return destination ? pino(options, destination) : pino(options);
}
