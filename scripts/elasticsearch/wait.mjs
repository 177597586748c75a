/**
 * Waits until a node lets its user in, and has the index that knows its users: it listens before, after a restart and
 * also on its first start, when it makes that index a moment later.
 * @param {{ url: string, password: string, child: import('node:child_process').ChildProcess, timeoutMs: number }} node
 * @returns {Promise<string | undefined>} why it is not usable; undefined when it is
 */
export async function waitForLogin({ url, password, child, timeoutMs }) {
  const deadline = performance.now() + timeoutMs;
  const authorization = `Basic ${Buffer.from(`elastic:${password}`).toString('base64')}`;
  let last = 'no answer';
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return 'it has ended';
    try {
      const response = await fetch(`${url}/_cluster/health/.security?wait_for_status=yellow&timeout=5s`, {
        headers: { authorization },
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.ok) return undefined;
      last = response.status === 401 ? 'it refuses its own password' : `it answers ${response.status}`;
    } catch {
      last = 'no answer';
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return last;
}
