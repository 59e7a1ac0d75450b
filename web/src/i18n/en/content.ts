export default {
  content: {
    title: 'Shared material',
    nobody: 'Nobody shares',
    hint: 'Choose a venue: its page gets a button to share its screen. One venue at a time; the stage does not change it.',
    grant: 'Allow sharing',
    granted: '{name} may share its screen',
    revoke: 'Take sharing back',
    stop: 'Stop sharing',
    waits: '{name} may share and has not begun yet',
    shown: 'Shared now: {name}',
    of: 'Material · {name}',
    may: 'The chair asks you to share your material',
    start: 'Share the screen',
    sharing: 'Everybody sees your screen',
    stop_own: 'Stop sharing',
  },
};
