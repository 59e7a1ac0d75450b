// The town's directory, read once per page load; the office's order is the order of the answer.
import { defineStore } from 'pinia';
import { get } from '../api/client';
import type { Directory, Post, Unit } from '../api/types';

export const useDirectory = defineStore('directory', {
  state: () => ({ data: undefined as Directory | undefined, pending: undefined as Promise<void> | undefined }),
  getters: {
    units_by_id: (state) => new Map<string, Unit>((state.data?.units ?? []).map((unit) => [unit.id, unit])),
    posts_by_id: (state) => new Map<string, Post>((state.data?.posts ?? []).map((post) => [post.id, post])),
    kind_name: (state) => (key: string) => state.data?.kinds.find((kind) => kind.key === key)?.name ?? key,
  },
  actions: {
    async load(): Promise<void> {
      if (this.data) return;
      this.pending ??= get<Directory>('/directory').then((data) => {
        this.data = data;
      });
      try {
        await this.pending;
      } finally {
        this.pending = undefined;
      }
    },
    async reload(): Promise<void> {
      this.data = await get<Directory>('/directory');
    },
    unit_name(id: string | undefined): string {
      return id ? (this.units_by_id.get(id)?.name ?? '') : '';
    },
    // Unit and title in one word, as papers write posts; the town's own posts go without the town's name.
    post_label(id: string | null | undefined): string {
      const post = id ? this.posts_by_id.get(id) : undefined;
      if (!post) return '';
      const unit = this.units_by_id.get(post.unit);
      return unit?.kind === 'town_party_gov' ? post.title : `${unit?.name ?? ''}${post.title}`;
    },
  },
});
