/** Words of how urgent a transaction is. */
export const messages = {
  speed: '速度',
  speeds: { slow: '慢', normal: '普通', fast: '快' },
  speedHints: {
    slow: '链上忙起来时，可能要等一阵。',
    normal: '一般在接下来的一两个区块上链。',
    fast: '链上很忙时也能很快上链。',
  },
  slowCanHurry: '链上忙起来时，可能要等一阵。等不及可以再加快。',
};
