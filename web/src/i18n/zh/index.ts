import common from './common';
import console_texts from './console';
import directory from './directory';
import lines from './lines';
import people from './people';
import plan from './plan';
import chair from './chair';
import readiness from './readiness';
import roll_call from './roll_call';
import tasks from './tasks';
import venue from './venue';
import work from './work';

export default { ...common, ...console_texts, ...directory, ...lines, ...plan, ...venue, ...work, ...roll_call, ...chair, ...readiness, ...people, ...tasks };
