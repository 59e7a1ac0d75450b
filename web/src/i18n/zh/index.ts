import common from './common';
import console_texts from './console';
import lines from './lines';
import plan from './plan';
import venue from './venue';
import work from './work';

export default { ...common, ...console_texts, ...lines, ...plan, ...venue, ...work };
