import { toAmount } from '@feiqian/domain/money';
import { useState } from 'react';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountInput } from '../../ui/amount-input.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { AmountsHidden } from '../../ui/amounts-hidden.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { address, cny, eth, nothing, usdf, useSay } from './samples.ts';

/** Amounts typed, shown, covered and undone; addresses whole and short. */
export function Amounts() {
  const say = useSay();
  const [text, setText] = useState('25');
  return (
    <Section title={say('金额和地址', 'Amounts and addresses')}>
      <AmountInput
        label={say('金额', 'Amount')}
        text={text}
        onText={setText}
        unit={usdf}
        flip={{ to: cny, equivalent: '= ¥25.00', onFlip: nothing }}
        available={
          <>
            {say('可用', 'Available')} <AmountText amount={toAmount(99_980_000n)} unit={usdf} />
            <span className="amount-input__keeps">
              {say('已留出网络费 0.02 USDF，全部转出也够付。', '0.02 USDF is kept for the network fee.')}
            </span>
          </>
        }
        onMax={() => setText('99.98')}
      />
      <AmountInput
        label={say('充值金额', 'Top-up amount')}
        text="500"
        onText={nothing}
        unit={cny}
        choices={['100', '500', '1000', '5000'].map((amount) => ({ text: amount, label: `¥${amount}` }))}
      />
      <AmountInput
        label={say('金额', 'Amount')}
        text="1.5.5"
        onText={nothing}
        unit={cny}
        error={say(
          '金额没有写对。请只写数字，最多一个小数点。',
          'That is not an amount. Use digits with at most one point.',
        )}
      />
      <AmountText amount={toAmount(1_234_567_890n)} unit={cny} size="hero" />
      <AmountText amount={toAmount(25_500_000n)} unit={usdf} size="large" />
      <AmountText amount={toAmount(2n ** 200n)} unit={eth} size="large" />
      <div className="row">
        <AmountText amount={toAmount(25_000_000n)} unit={usdf} sign="out" />
        <AmountText amount={toAmount(500n)} unit={cny} sign="in" />
        <AmountText amount={toAmount(500n)} unit={cny} sign="in" expected />
        <AmountText amount={toAmount(500n)} unit={cny} sign="out" undone />
        <AmountText amount={toAmount(1_234_567n)} unit={usdf} precision="summary" />
      </div>
      <AmountsHidden value>
        <div className="row">
          <AmountText amount={toAmount(500n)} unit={cny} />
          <AmountText amount={toAmount(500_000_000n)} unit={cny} size="hero" />
        </div>
      </AmountsHidden>
      <AddressText address={address} />
      <AddressText address={address} form="short" />
    </Section>
  );
}

/** Rows: opening something, doing something, saying something; each state has a shape. */
export function Lists() {
  const say = useSay();
  return (
    <Section
      title={say('列表', 'Lists')}
      note={say('箭头上下移动，回车打开，Esc 关闭。', 'Arrows move, Enter opens, Esc closes.')}
    >
      <List label={say('账单', 'History')}>
        <ListRow
          icon="plus"
          title={say('充值', 'Top-up')}
          detail={<StateText state="done">{say('已到账', 'Arrived')}</StateText>}
          href="/gallery"
          current
          end={
            <>
              <AmountText amount={toAmount(10_000n)} unit={cny} sign="in" />
              <span className="text-small tabular">14:05</span>
            </>
          }
        />
        <ListRow
          mark={<Avatar name="lin" />}
          title={say('转给 @lin', 'To @lin')}
          detail={<StateText state="waiting">{say('已上链，等待最终确认', 'On the chain, being confirmed')}</StateText>}
          href="/gallery"
          end={<AmountText amount={toAmount(25_000_000n)} unit={usdf} sign="out" />}
        />
        <ListRow
          icon="withdraw"
          title={say('提现', 'Withdrawal')}
          detail={<StateText state="failed">{say('银行退回', 'Returned by the bank')}</StateText>}
          onClick={nothing}
          end={<AmountText amount={toAmount(10_000n)} unit={cny} sign="out" undone />}
        />
        <ListRow icon="key" title={say('助记词', 'Recovery phrase')} href="/gallery" />
        <ListRow title={say('只有文字', 'Words alone')} detail={say('什么也不打开', 'Opens nothing')} />
      </List>
    </Section>
  );
}

/** Where money is, in each state of a step. */
export function Steps() {
  const say = useSay();
  return (
    <Section title={say('去向', 'Tracking')}>
      <Card>
        <Timeline
          label={say('钱的去向', 'Where the money went')}
          legs={[
            {
              key: 'paid',
              state: 'done',
              title: say('渠道收款', 'Paid to the provider'),
              detail: say('¥100.00 · 沙盒银行', '¥100.00 · Sandbox Bank'),
              time: say('今天 14:02', 'Today 14:02'),
            },
            {
              key: 'issuing',
              state: 'current',
              title: say('在链上发行代币', 'Tokens issued on chain'),
              detail: say('钱在运营方，一般十几秒', 'The money is with the operator; about 15 seconds'),
              time: say('今天 14:03', 'Today 14:03'),
            },
            { key: 'arrives', state: 'waiting', title: say('到您的地址', 'At your address') },
            {
              key: 'refused',
              state: 'failed',
              title: say('被退回', 'Returned'),
              detail: say('没有扣款', 'Nothing was taken'),
            },
          ]}
        />
      </Card>
    </Section>
  );
}
