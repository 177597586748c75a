import path from 'node:path';
import { dataDir } from './lib/paths.mjs';
import { progress, runMain } from './lib/progress.mjs';
import { serve } from './lib/serve.mjs';
import { runDemo } from './demo/demo.mjs';

const log = progress('demo');

runMain(() =>
  serve({
    log,
    environment: { BETRACE_LOG_LEVEL: 'warn' },
    accompany: (url) => runDemo({ url, log, rulesFile: path.join(dataDir(), 'demo-rules.json') }),
  }),
);
