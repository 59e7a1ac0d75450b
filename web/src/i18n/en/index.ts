import common from './common';
import plan from './plan';
import venue from './venue';

export default { ...common, ...plan, ...venue };
