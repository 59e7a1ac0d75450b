import common from './common';
import plan from './plan';

export default { ...common, ...plan };
