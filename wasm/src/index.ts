/** The types of `tsugi` and `tsugi/inline`; pages load web.js or inline.js, Node loads node.js. */
export * from './web.js';
