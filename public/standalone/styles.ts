import createEmotion, { type Options } from '@emotion/css/create-instance';
import { setNonce } from 'get-nonce';

/** Of the page's Content-Security-Policy: a style element that lacks it is not applied. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=betrace-styles]')?.nonce ?? '';

// EUI's focus lock styles the page through a library that asks for it there
setNonce(nonce);

/** In place of `@emotion/css/create-instance`, which EUI imports: the same, with the page's nonce. */
const create = (options: Options) => createEmotion({ ...options, nonce });
export default create;

/** In place of `@emotion/css`. */
export const { cache, css, cx, flush, getRegisteredStyles, hydrate, injectGlobal, keyframes, merge, sheet } = create({
  key: 'css',
});
