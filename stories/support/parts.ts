import type { AppServices } from '../../public/app/app_services';

/** jsdom lays nothing out and draws nothing: there the pages do without, as they do where these can't be had. */
const hasLayout = !navigator.userAgent.includes('jsdom');

const refuse = (): Promise<never> => Promise.reject(new Error('This browser does not draw.'));

export const loadMonaco: AppServices['loadMonaco'] = hasLayout
  ? () => import('../../public/standalone/monaco')
  : refuse;

export const loadCharts: AppServices['loadCharts'] = hasLayout
  ? () => import('../../public/standalone/charts')
  : refuse;
