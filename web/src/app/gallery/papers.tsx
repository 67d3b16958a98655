import { toAmount } from '@feiqian/domain/money';
import { useState } from 'react';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { NoticeCard } from '../../ui/notice-card.tsx';
import { Section } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Facts, More, RawData, Receipt } from '../../ui/receipt.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { address, usdf, useSay } from './samples.ts';

/** Strips and the firm card. */
export function Strips() {
  const say = useSay();
  return (
    <Section title={say('提醒', 'Strips')}>
      <Banner
        tone="amber"
        title={say('还没有抄下助记词', 'Your recovery phrase is not written down')}
        action={<Button variant="secondary">{say('现在抄', 'Write it down')}</Button>}
      >
        {say('忘了密码，只有助记词能找回代币。', 'If you forget the password, only the phrase brings tokens back.')}
      </Banner>
      <Banner tone="plum" title={say('收款人是代币合约', 'The recipient is a token contract')}>
        {say('转到这里的代币谁也取不出来，不能签名。', 'Tokens sent there are lost to everybody.')}
      </Banner>
      <Banner tone="jade" title={say('助记词已核对', 'Recovery phrase checked')} />
      <Banner tone="plain" title={say('这是您自己的收款链接', 'This is your own payment link')} />
      <NoticeCard
        icon="key"
        title={say('先把助记词抄下来', 'Write down your recovery phrase first')}
        actions={
          <>
            <Button variant="primary">{say('抄下助记词', 'Write it down')}</Button>
            <Button variant="quiet">{say('暂不备份', 'Not now')}</Button>
          </>
        }
      >
        <p>{say('您自己保管的代币已有 ¥2,340.00。', 'You hold ¥2,340.00 in tokens yourself.')}</p>
      </NoticeCard>
    </Section>
  );
}

/** Loading, empty, wrong and offline: four things that never look alike. */
export function Unusual() {
  const say = useSay();
  return (
    <Section title={say('读取中、空、出错、没有网络', 'Loading, empty, wrong, offline')}>
      <Skeleton />
      <Skeleton rows lines={2} />
      <EmptyState
        icon="history"
        title={say('每一笔收支都会列在这里', 'Everything that comes in or goes out is listed here')}
        action={
          <ButtonLink href="/gallery" variant="primary">
            {say('充值', 'Top up')}
          </ButtonLink>
        }
      >
        {say('先充值一笔，或者把收款码发给别人。', 'Top up, or show somebody your code.')}
      </EmptyState>
      <ErrorState
        title={say('连不上服务器', 'The service cannot be reached')}
        effect={say('没有扣款。', 'No money was moved.')}
        action={<Button>{say('再试一次', 'Try again')}</Button>}
        reference="req-7f3a"
      >
        {say('请过一会儿再试一次。', 'Try again in a moment.')}
      </ErrorState>
      <Banner tone="offline" title={say('没有网络', 'No network')}>
        {say('仍可查看收款地址和已读到的账单。', 'You can still see your addresses and what was read before.')}
      </Banner>
    </Section>
  );
}

function Slip({ isSealed }: { readonly isSealed: boolean }) {
  const say = useSay();
  return (
    <Receipt
      sealed={isSealed}
      counterpart={
        <Facts
          facts={[
            { label: say('收款人', 'To'), value: <AddressText address={address} />, tall: true },
            { label: say('网络费', 'Network fee'), value: <AmountText amount={toAmount(20_000n)} unit={usdf} /> },
            {
              label: say('到账', 'Arrives'),
              value: say('约 10 秒', 'In about 10 seconds'),
              note: say('随后不可撤回', 'Final soon after'),
            },
          ]}
        />
      }
    >
      <div>
        <p className="text-soft text-small">{say('您付出', 'You send')}</p>
        <AmountText amount={toAmount(25_020_000n)} unit={usdf} size="hero" />
      </div>
    </Receipt>
  );
}

/** Slips before and after, the sheet that holds them, and a code. */
export function Papers() {
  const say = useSay();
  const [isOpen, setOpen] = useState(false);
  const [isSealed, setSealed] = useState(false);
  const close = () => {
    setOpen(false);
    setSealed(false);
  };
  return (
    <Section title={say('单据', 'Slips')}>
      <Slip isSealed={false} />
      <Slip isSealed />
      <More label={say('编号和凭证', 'Numbers and references')}>
        <Facts facts={[{ label: say('编号', 'Number'), value: '96054acb-be92-82c6', tall: true }]} />
      </More>
      <Button onClick={() => setOpen(true)}>{say('打开核对单', 'Open the review')}</Button>
      <QrCode text={`ethereum:${address}@31337`} label={say('收款码', 'Code to be paid by')} />
      {isOpen ? (
        <Sheet title={say('核对后转账', 'Review and send')} onClose={close}>
          <div className="stack">
            <Slip isSealed={isSealed} />
            <RawData label={say('查看要签名的原始数据', 'Show the raw data to be signed')}>{'{"to":"0x…"}'}</RawData>
            <Button variant="primary" wide large onClick={() => setSealed(true)}>
              {say('转出 25.00 USDF', 'Send 25.00 USDF')}
            </Button>
          </div>
        </Sheet>
      ) : null}
    </Section>
  );
}
