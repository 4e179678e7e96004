// What make-site bundles of Debian's node-xterm into xterm.js: it has CommonJS only.
export { Terminal } from 'xterm/lib/public/Terminal.js';
export { proposeGeometry } from 'xterm/lib/addons/fit/fit.js';
