import common from './common';
import console_texts from './console';
import content from './content';
import directory from './directory';
import lines from './lines';
import people from './people';
import plan from './plan';
import chair from './chair';
import readiness from './readiness';
import roll_call from './roll_call';
import row_texts from './rows';
import venue from './venue';
import work from './work';
import tasks from './tasks';

export default { ...common, ...console_texts, ...directory, ...lines, ...plan, ...venue, ...work, ...roll_call, ...chair, ...readiness, ...people, ...content, ...row_texts, ...tasks };
