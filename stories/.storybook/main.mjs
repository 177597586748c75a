import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Neither this nor its build reaches for the network, and no story does.
 * @type {import('@storybook/react-vite').StorybookConfig}
 */
export default {
  stories: ['../**/*.stories.tsx'],
  framework: '@storybook/react-vite',
  core: { disableTelemetry: true, enableCrashReports: false, disableWhatsNewNotifications: true },
  // the tables of props would cost more time than they tell
  typescript: { reactDocgen: false },
  staticDirs: [{ from: '../../public/assets', to: '/app/assets' }],
  viteFinal: (config) => ({
    ...config,
    configFile: false,
    resolve: { ...config.resolve, alias: { '@kbn/i18n': path.join(ROOT, 'public/standalone/kbn_i18n.ts') } },
    // as the app's own bundle: Kibana shares no jsx-runtime
    oxc: { jsx: { runtime: 'classic' } },
    build: {
      ...config.build,
      chunkSizeWarningLimit: Infinity,
      reportCompressedSize: false,
      rolldownOptions: {
        ...config.build?.rolldownOptions,
        // "use client" is for servers, and there is none
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      },
    },
  }),
};
