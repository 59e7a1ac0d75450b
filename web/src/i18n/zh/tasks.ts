export default {
  task_state: { draft: '草稿', review: '待审', issued: '待签收', in_progress: '办理中', finish_asked: '待审核', finished: '已办结', struck_off: '已销号', archived: '已归档', suspended: '中止', withdrawn: '撤销' },
  act: {
    submit: '提交审核', send_back: '驳回', issue: '交办', sign: '签收', ask_reassign: '申请改派', reassign: '改派', refuse_reassign: '不同意改派', report: '报进展', part_in: '配合事项报完', waive_part: '免报配合事项', ask_finish: '申请办结', return: '退办', finish: '办结', check_back: '回访核实', strike_off: '销号', archive: '归档', reopen: '重开', suspend: '中止', resume: '恢复办理', withdraw: '撤销', waive: '免办', ask_extension: '申请延期', agree_extension: '同意延期', extend: '批准延期', refuse_extension: '不同意延期', mark_empty: '记为空报', urge: '催办', move_due: '时限随日历调整', attach: '上传材料', take_back: '撤回上一步', offer_photo: '扫码上传照片', accept_photo: '采纳照片', refuse_photo: '不采纳照片', draft: '起草', revise: '修改',
  },
  act_hint: {
    submit: '提交后由审核人审定，草稿不能再改。', send_back: '写明要改什么，退回草稿。', issue: '将编号并发给承办单位，对方页面上马上看到。', sign: '写明由谁负责（写职务）。', ask_reassign: '写明为什么不是本单位的事。签收时限内才能申请。', reassign: '选新的承办单位，签收时限重新计算。', refuse_reassign: '写明理由，任务回到原单位，签收时限重新计算。', report: '写清做了什么、还差什么，可以附照片。', part_in: '本单位配合的部分办完了。', waive_part: '写明为什么免报。', ask_finish: '写清办结情况；要有办结材料。', return: '写明还差什么，单位继续办理。', finish: '事实清楚、问题解决、结论正确。办结时间按申请的时间算。', check_back: '写明核实的情况和群众是否满意。', strike_off: '回访核实后销号；有包干领导的，还要领导确认。', archive: '写明来源文号（纪要、简报、通知），并已附上材料。', reopen: '回访不实的，重新办理；可以另定时限。', suspend: '写明原因和恢复日期，到日自动恢复，时限顺延。', resume: '时限按中止的天数顺延。', withdraw: '写明原因，不再办理，不计入统计。', waive: '写明为什么这个单位不用办。', ask_extension: '时限到期前申请；写明原因、进展和希望的日期。', agree_extension: '同意后报审核人审批。', extend: '日期空着就按单位申请的日期。', refuse_extension: '写明理由，时限不变。', mark_empty: '写明为什么算空报，会扣分。', urge: '对方页面上马上看到。', take_back: '回到上一步之前的状态，记录里留痕。', accept_photo: '作为一次进展计入。', refuse_photo: '写明为什么不采纳。',
  },
  entry: {
    text: '情况', reason_text: '理由', percent: '完成 %', fall_reason: '进度降低的原因', date: '日期', resume_date: '恢复日期', wish_date: '希望延到', new_date: '新时限', unit: '单位', person: '责任人（写职务）', contact: '新单位的责任人', checker: '核实人', number: '来源文号', passed: '核实属实', failed: '核实不实', satisfaction: '群众评价', files: '照片或文件', add_files: '添加', uploading: '正在上传…', channel: '怎么说的', behalf: '谁说的', said_at: '什么时候说的', recorded: '代录', recorded_hint: '单位或领导打电话、发微信、交纸质材料办的事，由党政办代录，效果相同，留痕。', choose_report: '哪一次反馈',
    sat: { none: '未评价', satisfied: '满意', mostly: '基本满意', not: '不满意' },
    ch: { phone: '电话', wechat: '微信', paper: '纸质', oral: '口头', signed: '领导签批' },
    done: '已办：{act}', undo: '撤回', undone: '已撤回', send: '确定', now: '现在',
  },
  board: {
    title: '任务督办', search: '找任务、单位或编号', all: '全部', red: '逾期', yellow: '临期或缺报', green: '正常', mine: '等我办', with_office: '在党政办', to_sign: '待签收', drafts: '草稿和待审', done: '已办结', off: '中止撤销', wall: '督办一览表', figures: '统计通报', selected: '已选 {n} 项', sheet: '领导已签任务单，一并交办', sheet_done: '已交办 {n} 项', none_here: '没有符合的任务', none_hint: '换一个条件看看。', overdue: '逾期 {n} 天', late: '逾期办结', sign_late: '签收逾期', missing: '缺报 {n} 期', urged: '催过 {n} 次', returns: '退办 {n} 次', children: '{done}/{all} 已办', waived: '免办', campaign: '专项', parts: '各单位', with: '在党政办', extension: '申请延到 {date}', reassign: '申请改派', more: '更多', record: '代录…', filter_campaign: '按专项', all_campaigns: '全部专项',
  },
  detail: {
    original_due: '原时限', due_changes: '时限变更', history: '办理过程', files: '材料', none: '还没有', card: '责任卡', period: '报送', periods: { none: '不定期', week: '每周', month: '每月', quarter: '每季' }, standing: '长效任务，不办结', important: '重要', urgent: '特急', sign_limit: '签收时限', next_report: '下次应报', percent: '进度', parts: '配合单位', part_done: '已报完', part_open: '未报完', photos: '扫码照片', waits: '待采纳', accepted: '已采纳', refused: '未采纳', qr: '扫码报照片', qr_hint: '手机扫码，不用密码，发一张照片和一句话。用一次换一个码。', children: '各单位办理', parent: '总任务', number: '归档来源', campaign: '专项', object: '对象', problem: '问题', measure: '措施', lacks: '还要填写：', lack: { title: '任务事项', lead_unit: '牵头单位', contact: '责任人', due: '时限', period: '报送周期', evidence: '办结材料', last_resort: '一个兜底单位', last_resort_area: '兜底单位须为村居等块上单位' }, by: '{who}代录（{channel}{behalf}）', said: '{time} 说的', to: '改为 {date}', reports: '应报 {n} 次，按时 {m} 次', source: '来源', empty_report: '空报',
  },
  form: {
    more: '更多内容', fan_out: '分派给', one_unit: '一个单位', each_of: '{name}，每个单位一项', due_rule: '时限', typed: '填日期', days: '交办后几天', working: '工作日', before_period: '赶在时段之前', in_period: '时段结束前', period: '报送', period_day: '报送日', standing: '长效任务（不办结，按期报送）', important: '重要（由领导审定）', urgent: '特急（2 小时内签收）', campaign: '专项名称', category: '类别', object: '对象（工地、点位等）', problem: '问题', measure: '措施', card: '责任卡', card_kind: '责任', add_line: '加一行', safety_trio: '安全三责任', kinds: '主体,主管,主导,包干,兜底,部门监管,企业主体,监督责任', day_hint: '周一为 1；0 为周五或月末', presets: '常用：', preset: { minutes: '纪要 20 天', paper: '文件 30 天', note: '批示 15 天', decision: '会议决定 30 个工作日' },
  },
  wall: {
    title: '督办一览表', sub: '单位 × 任务 · 截至{date}', unit: '单位', score: '得分', print: '打印 A3', all_units: '全部单位', empty: '还没有交办的任务', empty_hint: '任务交办后，这里按单位和任务列出。', legend: '格内文字是状态，底色是灯：', normal: '正常', soon: '三天内到期或缺报', over: '逾期未办结', done: '已办结', standing: '长效任务不销号，按期报送', reported: '本期已报', left: '剩 {n} 天', over_days: '逾期 {n} 天', more: '任务太多，只列最近 {n} 列。请按来源或专项筛选。',
  },
  sup: {
    title: '督办统计', month: '月份', from: '从', until: '到', as_of: '截至 {time}', tabs: { figures: '统计', bulletin: '通报', merits: '表扬批评约谈', periods: '时段日历' },
    due: '应办结', in_time: '按时办结', late: '逾期办结', overdue: '逾期未办结', waiting: '在党政办', missed: '逾期数', finished: '办结率', on_time: '按时办结率', on_original_time: '按原时限', sign: '签收及时率', report: '反馈及时率', at_once: '一次办结率', returned: '退办率', extended: '延期率', reopened: '回潮率', checked: '回访核实率', satisfied: '满意率', average_days: '平均办理天数', score: '得分', rank: '名次', unit: '单位', missing: '缺报', empty: '空报', points: '加减分', none: '这段时间没有数据', none_hint: '任务交办以后才有统计。',
    bulletin_title: '关于{month}督办工作情况的通报', bulletin_lead: '截至{date}，{month}应办结 {due} 项，已办结 {done} 项，办结率 {finished}，按时办结率 {on_time}。', bulletin_rank: '一、得分情况（{kind}）', bulletin_line: '第{rank}名　{name}　{score}分', bulletin_praise: '表扬', bulletin_overdue: '逾期未办结事项', bulletin_none: '无。', copy: '复制', copied: '已复制', print: '打印',
    merit: { praise: '表扬', criticism: '批评', talk: '约谈' }, new_merit: '记一条', kind: '类别', date: '日期', reason: '事由', by: '谁提出', whom: '约谈谁', promise: '承诺', no_merits: '还没有记录', no_merits_hint: '上级肯定、通报批评、约谈，都记在这里，写进通报。', saved: '已保存', back: '撤销这条', period_name: '时段名称（汛期、两会）', new_period: '加一个时段', no_periods: '还没有时段', no_periods_hint: '有些任务的时限跟着时段走，例如汛期前、国庆前。改了日期，时限跟着改。', remove: '删除', change: '修改', period_moved: '已保存，有关任务的时限已调整',
  },
  photo: { title: '报送照片', text: '一句话说明', choose: '拍照或选照片', change: '换一张', send: '发送', sent: '已发送，等党政办采纳', sent_hint: '可以关掉这一页了。', bad: '这个码不能用', hint: '{unit} · {number}' },
};
