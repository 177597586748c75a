import type { Logger } from '@kbn/core/server';
import type { Log } from '../../common/log';

/** Kibana's logger as ours: its default layout prints only the message, so the fields go into it. */
export function createLog(logger: Logger): Log {
  const write =
    (level: keyof Log): Log['info'] =>
    (fields, message) =>
      logger[level](lineOf(message, fields));
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function lineOf(message: string, fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (told.length === 0) return message;
  return `${message} (${told.map(([name, value]) => `${name}: ${textOf(value)}`).join(', ')})`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
