export default {
  content: {
    title: '共享材料',
    nobody: '没有人共享',
    hint: '选一个会场，那里的页面会出现“共享屏幕”按钮。一次只能一个会场共享，不随主画面切换。',
    grant: '允许共享材料',
    granted: '已允许 {name} 共享屏幕',
    revoke: '收回共享',
    stop: '停止共享',
    waits: '{name} 可以共享了，还没有开始',
    shown: '正在共享：{name}',
    of: '材料 · {name}',
    may: '主席台请你们共享材料',
    start: '共享屏幕',
    sharing: '正在把屏幕给大家看',
    stop_own: '停止共享',
  },
};
