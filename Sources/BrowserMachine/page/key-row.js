// The keys that a phone's keyboard lacks, as a row below the console.

/** @typedef {import('./console-terminal.js').ConsoleTerminal} ConsoleTerminal */

/** @type {[label: string, name: string, press: (terminal: ConsoleTerminal) => void][]} */
const KEYS = [
  ['Esc', 'Escape', (terminal) => terminal.press('\x1b')],
  ['Tab', 'Tab', (terminal) => terminal.press('\t')],
  ['^C', 'interrupt', (terminal) => terminal.press('\x03')],
  ['←', 'left', (terminal) => terminal.pressArrow('left')],
  ['↑', 'up', (terminal) => terminal.pressArrow('up')],
  ['↓', 'down', (terminal) => terminal.pressArrow('down')],
  ['→', 'right', (terminal) => terminal.pressArrow('right')],
  ['|', 'pipe', (terminal) => terminal.press('|')],
  ['/', 'slash', (terminal) => terminal.press('/')],
  ['-', 'minus', (terminal) => terminal.press('-')],
  ['~', 'tilde', (terminal) => terminal.press('~')],
];

/**
 * Fills the row.
 * @param {HTMLElement} row
 * @param {ConsoleTerminal} terminal
 */
export function fillKeyRow(row, terminal) {
  /** @param {string} label @param {string} name @param {() => void} press */
  const add = (label, name, press) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.setAttribute('aria-label', name);
    // Not the button but the terminal keeps the focus, so that the phone's keyboard stays.
    button.addEventListener('pointerdown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      press();
      terminal.focus();
    });
    row.append(button);
    return button;
  };
  /** @param {'control' | 'alt'} modifier @param {string} label */
  const addModifier = (modifier, label) => {
    const button = add(label, modifier, () => {
      terminal.held[modifier] = !terminal.held[modifier];
      show();
    });
    const show = () => button.setAttribute('aria-pressed', String(terminal.held[modifier]));
    show();
    return show;
  };
  add(...bound(KEYS[0], terminal));
  const shows = [addModifier('control', 'Ctrl'), addModifier('alt', 'Alt')];
  terminal.onReleased = () => shows.forEach((show) => show());
  for (const key of KEYS.slice(1)) add(...bound(key, terminal));
}

/** @param {typeof KEYS[number]} key @param {ConsoleTerminal} terminal @returns {[string, string, () => void]} */
function bound([label, name, press], terminal) {
  return [label, name, () => press(terminal)];
}
