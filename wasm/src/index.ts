/** The types of `tsugi` and `tsugi/inline`. Pages run web.js or inline.js, Node runs node.js. */
export * from './web.js';
