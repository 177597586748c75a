import { progress, runMain } from './lib/progress.mjs';
import { serve } from './lib/serve.mjs';

runMain(() => serve({ log: progress('start') }));
