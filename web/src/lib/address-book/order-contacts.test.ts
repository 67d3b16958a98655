import { describe, expect, it } from 'vitest';
import type { Contact } from './contacts.ts';
import { groupByLetter, initialOf, searchContacts, sortContacts } from './order-contacts.ts';

const contact = (name: string, ...values: readonly string[]): Contact => ({
  id: name,
  name,
  ways: values.map((value) => ({ kind: 'phone', value, label: '' })),
});
const people = ['赵云', 'Lin', '阿宝', '林磊', '7-Eleven', '欧阳修', 'bob', '张三', 'Émile', '曹操'].map((name) =>
  contact(name),
);
const names = (contacts: readonly Contact[]) => contacts.map(({ name }) => name);

describe('the initial of a character', () => {
  it.each([
    ...['阿A', '安A', '八B', '曹C', '陈C', '邓D', '鄂E', '方F', '高G', '郭G', '韩H', '黄H', '江J', '孔K', '李L', '林L'],
    ...['马M', '倪N', '欧O', '潘P', '彭P', '钱Q', '秦Q', '任R', '孙S', '宋S', '唐T', '王W', '吴W', '徐X', '谢X', '杨Y'],
    ...['于Y', '袁Y', '张Z', '赵Z', '周Z'],
  ])('is that of its pinyin: %s', (pair) => {
    expect(initialOf(pair.charAt(0))).toBe(pair.charAt(1));
  });

  it('is the letter itself, without its accent, and nothing for a digit', () => {
    expect([initialOf('é'), initialOf('b'), initialOf('7')]).toEqual(['E', 'B', undefined]);
  });
});

describe('contacts', () => {
  it('stand by pinyin among Latin names, the rest last', () => {
    expect(names(sortContacts(people))).toEqual([
      ...['阿宝', 'bob', '曹操', 'Émile'],
      ...['林磊', 'Lin', '欧阳修', '张三', '赵云', '7-Eleven'],
    ]);
    expect(groupByLetter(people).map(({ letter }) => letter)).toEqual(['A', 'B', 'C', 'E', 'L', 'O', 'Z', '#']);
  });

  it('are found by a part of the name, by initials of pinyin, and by number however it is written', () => {
    expect(names(searchContacts(people, ' 磊 '))).toEqual(['林磊']);
    expect(names(searchContacts(people, 'oyx'))).toEqual(['欧阳修']);
    expect(names(searchContacts(people, 'LIN'))).toEqual(['Lin']);
    expect(names(searchContacts([contact('Lin', '13800138000')], '138-0013'))).toEqual(['Lin']);
    expect(searchContacts(people, 'nobody')).toEqual([]);
    expect(searchContacts(people, '')).toHaveLength(people.length);
  });
});
