/**
 * What the app takes from its host instead of bringing it: the module, and its name in `__kbnSharedDeps__`. These are in
 * every Kibana from 8.12 to 9.5; the standalone host provides the same names (`public/standalone/shared_dependencies.ts`).
 * @type {Readonly<Record<string, string>>}
 */
export const SHARED_DEPENDENCIES = {
  '@elastic/eui': 'ElasticEui',
  '@emotion/react': 'EmotionReact',
  '@kbn/i18n': 'KbnI18n',
  '@tanstack/react-query': 'ReactQuery',
  moment: 'Moment',
  react: 'React',
  'react-dom': 'ReactDom',
  'react-router-dom': 'ReactRouterDom',
};

/**
 * An esbuild plugin: imports of shared modules read `__kbnSharedDeps__` when the importing module is evaluated.
 * @param {readonly string[]} [brought] modules that are bundled all the same
 * @returns {import('esbuild').Plugin}
 */
export function sharedDependencies(brought = []) {
  const namespace = 'shared-dependency';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
        Object.hasOwn(SHARED_DEPENDENCIES, path) && !brought.includes(path) ? { path, namespace } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `module.exports = globalThis.__kbnSharedDeps__.${SHARED_DEPENDENCIES[path]};`,
        loader: 'js',
      }));
    },
  };
}
