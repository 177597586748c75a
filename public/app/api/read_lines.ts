import { unreachable } from './api_error';

/**
 * Reads an answer that comes line by line, each of JSON.
 * @throws ApiError with BT_UNREACHABLE where it breaks off, and what the signal of its request throws
 */
export async function readLines<T>(answer: Response, signal: AbortSignal, onLine: (line: T) => void): Promise<void> {
  const reader = answer.body?.getReader();
  if (!reader) throw unreachable();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine(JSON.parse(line) as T);
    }
    if (rest.trim() !== '') onLine(JSON.parse(rest) as T);
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable();
  } finally {
    reader.releaseLock();
  }
}
