/** As Kibana forms the ids of spaces. */
export const SPACE_NAME = /^[a-z0-9_-]{1,100}$/;

/** Where nothing names another. */
export const DEFAULT_SPACE = 'default';

/** That one credential may name. */
export const MAX_SPACES = 32;
