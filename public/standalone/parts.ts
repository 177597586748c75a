import type { ChartsLibrary, Monaco } from '../app/app_services';

const ASSETS = '/app/assets/';

/** The code editor, fetched the first time that it is asked for. */
export const loadMonaco = once(() => load<Monaco>('betrace.monaco'));

/** The charts, fetched the first time that they are asked for. */
export const loadCharts = once(() => load<ChartsLibrary>('betrace.charts'));

async function load<T>(name: string): Promise<T> {
  const url = `${ASSETS}${name}.js`;
  const [part] = await Promise.all([import(url) as Promise<T>, loadStyles(`${ASSETS}${name}.css`)]);
  return part;
}

function loadStyles(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(`${href} can not be had.`));
    };
    document.head.append(link);
  });
}

/** Whoever asks again after a failure gets another attempt. */
function once<T>(begin: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= begin().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  };
}
