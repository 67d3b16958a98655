import { toAmount } from '@feiqian/domain/money';
import { type ReactNode, useState } from 'react';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountInput } from '../../ui/amount-input.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PasswordInput, Select, Switch, TextArea, TextInput } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type IconName, iconPaths } from '../../ui/icon-paths.ts';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Card, Page, Section } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Facts, RawData, Receipt } from '../../ui/receipt.tsx';
import { Seal } from '../../ui/seal.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Timeline } from '../../ui/timeline.tsx';

const cny = { kind: 'cash', symbol: 'CNY', decimals: 2 } as const;
const usdf = { kind: 'token', symbol: 'USDF', decimals: 6 } as const;
const eth = { kind: 'native', symbol: 'ETH', decimals: 18 } as const;
const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const nothing = () => undefined;

function Controls() {
  const { preferences, change } = usePreferences();
  return (
    <Section title="Appearance">
      <Segmented
        legend="Theme"
        value={preferences.theme}
        onChange={(theme) => change({ theme })}
        choices={[
          { value: 'system', label: 'System' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <Segmented
        legend="Language"
        value={preferences.language}
        onChange={(language) => change({ language })}
        choices={[
          { value: 'system', label: 'System' },
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
    </Section>
  );
}

function Buttons() {
  return (
    <Section title="Buttons">
      <div className="row">
        <Button variant="primary">发送 25 USDF</Button>
        <Button variant="secondary">取消</Button>
        <Button variant="quiet" icon="copy">
          复制
        </Button>
        <Button variant="danger">退出登录</Button>
        <IconButton icon="eye" label="显示" onClick={nothing} />
      </div>
      <Button variant="primary" wide large busy="正在发送">
        发送
      </Button>
      <Button variant="primary" wide large blocked="请填写金额">
        发送
      </Button>
      <Seal size={16} />
      <Seal size={64} label="飞钱" />
      <div className="row">
        {(Object.keys(iconPaths) as IconName[]).map((name) => (
          <span key={name} title={name}>
            <Icon name={name} size={24} />
          </span>
        ))}
      </div>
    </Section>
  );
}

function Fields() {
  const [on, setOn] = useState(true);
  return (
    <Section title="Fields">
      <TextInput label="邮箱" type="email" placeholder="name@example.com" />
      <TextInput label="邮箱" defaultValue="name@" error="请写成 name@example.com 的样子。" />
      <PasswordInput label="密码" hint="至少 12 个字符" defaultValue="correct horse" />
      <Select
        label="支付方式"
        options={[
          { value: 'a', label: '沙盒银行' },
          { value: 'b', label: '银行卡' },
        ]}
      />
      <TextArea label="备注" optional placeholder="午饭" />
      <Switch label="隐藏金额" checked={on} onChange={setOn} />
    </Section>
  );
}

function Amounts() {
  const [text, setText] = useState('25');
  return (
    <Section title="Amounts and addresses">
      <AmountInput
        label="金额"
        text={text}
        onText={setText}
        unit={usdf}
        flip={{ to: cny, equivalent: '≈ ¥180.25', onFlip: nothing }}
        available={
          <>
            可用 <AmountText amount={toAmount(100_000_000n)} unit={usdf} />
          </>
        }
        onMax={() => setText('100')}
      />
      <AmountInput label="金额" text="1.5.5" onText={nothing} unit={cny} error="请只写数字，最多一个小数点。" />
      <AmountText amount={toAmount(12_345_678_90n)} unit={cny} size="hero" />
      <AmountText amount={toAmount(25_500_000n)} unit={usdf} size="large" />
      <AmountText amount={toAmount(2n ** 200n)} unit={eth} size="large" />
      <div className="row">
        <AmountText amount={toAmount(25_000_000n)} unit={usdf} sign="out" />
        <AmountText amount={toAmount(5_00n)} unit={cny} sign="in" />
        <AmountText amount={toAmount(5_00n)} unit={cny} hidden />
        <AmountText amount={toAmount(5_00n)} unit={cny} sign="out" undone />
        <AmountText amount={toAmount(1_234_567n)} unit={usdf} precision="summary" />
      </div>
      <AddressText address={address} />
      <AddressText address={address} form="short" />
      <CopyButton text={address} label="复制地址" />
    </Section>
  );
}

function States() {
  return (
    <Section title="States">
      <Banner tone="amber" title="还没有抄下助记词" action={<Button variant="secondary">现在去抄</Button>}>
        丢了这台设备，就只有助记词能找回代币。
      </Banner>
      <Banner tone="plum" title="第一次转给这个地址">
        请与对方核对开头和结尾。
      </Banner>
      <Banner tone="jade" title="到账 100.00 CNYF" />
      <Banner tone="plain" title="网络费由代币支付" />
      <Banner tone="offline" title="没有网络">
        仍可查看收款地址。
      </Banner>
      <EmptyState icon="history" title="这里会按日子列出每一笔进出" action={<Button variant="primary">充值</Button>}>
        还没有任何一笔。
      </EmptyState>
      <ErrorState
        title="连不上服务器"
        effect="没有发出任何款项。"
        action={<Button>再试一次</Button>}
        reference="req-7f3a"
      >
        请过一会儿再试一次。
      </ErrorState>
      <Skeleton />
    </Section>
  );
}

function Lists() {
  return (
    <Section title="List and timeline" note="由您自己保管 · 由运营方保管">
      <List label="账单">
        <ListRow
          icon="plus"
          title="充值"
          detail={<StateText state="done">已到账</StateText>}
          href="/gallery"
          current
          end={<AmountText amount={toAmount(100_00n)} unit={cny} sign="in" />}
        />
        <ListRow
          mark={<Avatar name="lin" />}
          title="@lin"
          detail={<StateText state="waiting">在链上，等 3 个区块</StateText>}
          href="/gallery"
          end={
            <>
              <AmountText amount={toAmount(25_000_000n)} unit={usdf} sign="out" />
              <span className="text-small">14:05</span>
            </>
          }
        />
        <ListRow
          icon="withdraw"
          title="提现"
          detail={<StateText state="failed">银行退回</StateText>}
          onClick={nothing}
        />
      </List>
      <Card>
        <Timeline
          label="进度"
          legs={[
            { key: 'a', state: 'done', title: '银行已付款', detail: '沙盒银行 · 订单 8F20', time: '14:02' },
            { key: 'b', state: 'current', title: '正在发行代币', detail: '钱在运营方，约 10 秒', time: '14:03' },
            { key: 'c', state: 'waiting', title: '到您的地址' },
            { key: 'd', state: 'failed', title: '被退回', detail: '没有扣款' },
          ]}
        />
      </Card>
    </Section>
  );
}

function Papers() {
  const [open, setOpen] = useState(false);
  const [sealed, setSealed] = useState(false);
  const slip = (isSealed: boolean): ReactNode => (
    <Receipt
      sealed={isSealed}
      counterpart={
        <Facts
          facts={[
            { label: '收款人', value: <AddressText address={address} />, tall: true },
            { label: '网络费', value: <AmountText amount={toAmount(10_000n)} unit={usdf} /> },
            { label: '到账', value: '约 10 秒', note: '3 个区块之后不可撤回' },
          ]}
        />
      }
    >
      <p className="text-soft">您付出</p>
      <AmountText amount={toAmount(25_010_000n)} unit={usdf} size="hero" />
    </Receipt>
  );
  return (
    <Section title="Receipt, sheet, code">
      {slip(false)}
      {slip(true)}
      <Button onClick={() => setOpen(true)}>打开</Button>
      <QrCode text={`ethereum:${address}@31337`} label="收款码" />
      {open ? (
        <Sheet
          title="核对后转账"
          onClose={() => {
            setOpen(false);
            setSealed(false);
          }}
        >
          {slip(sealed)}
          <RawData label="查看原始数据">{'{"to":"0x…"}'}</RawData>
          <Button variant="primary" wide large onClick={() => setSealed(true)}>
            发送 25.00 USDF
          </Button>
        </Sheet>
      ) : null}
    </Section>
  );
}

/** Every component in every state, for the eye. Development only: it is not part of the built wallet. */
export function Gallery() {
  return (
    <Page title="Gallery" back="/" detail={<Lists />}>
      <Controls />
      <Buttons />
      <Fields />
      <Amounts />
      <States />
      <Papers />
      <Lists />
    </Page>
  );
}
