import type { Grade } from '../../media/line_words';

// The colour of a line's grade, as a class of .pill.
export const grade_pill = (grade: Grade): string =>
  ({ good: 'ok', fair: 'warn', poor: 'red', away: 'red', offline: '', unknown: '' })[grade];
