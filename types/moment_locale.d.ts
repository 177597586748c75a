/** Makes French the language of moment, and so of EUI's calendar; moment types none of its languages. */
declare module 'moment/locale/fr';
