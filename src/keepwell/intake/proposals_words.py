"""The words that keepwell.yml says around a proposed mapping, in both languages."""

from keepwell.vocabulary import Bilingual

TEXTS: dict[str, Bilingual] = {
    "head": Bilingual(
        zh="由 keepwell init 生成，请按需修改。每列后面的注释是映射依据和样本中的非空占比。"
        "改完后运行 keepwell check。",
        en="Written by keepwell init; edit it as you like. The comment after a column tells why it "
        "was chosen and the share of filled cells in the sample. Then run keepwell check.",
    ),
    "time_zone": Bilingual(
        zh="不带时区的时间按此时区理解，例如 Asia/Shanghai",
        en="zone of times that carry none, such as Europe/Berlin",
    ),
    "as_of": Bilingual(
        zh="计算到哪一天（含）；latest 表示数据中最后一天",
        en="last day that counts; latest means the last day in the data",
    ),
    "money": Bilingual(
        zh="数据没有声明币种。若所有金额同一币种，启用下面几行并改成该币种。",
        en="No currency is declared in the data. If all amounts share one, enable these lines.",
    ),
    "money_mixed": Bilingual(
        zh="数据带币种列。启用下面几行，写明统一币种和带日期的汇率；没有汇率的金额按未知处理。",
        en="The data carries currencies. Enable these lines and give the project's currency and "
        "dated rates; an amount without a rate counts as unknown.",
    ),
    "currency": Bilingual(zh="项目统一币种", en="the project's currency"),
    "undeclared_means": Bilingual(
        zh="未标币种的金额按此币种", en="currency of amounts without one"
    ),
    "ask_currency": Bilingual(
        zh="声明币种（money.currency），否则报告只能写“币种未声明”",
        en="declare the currency (money.currency); until then reports say it is undeclared",
    ),
    "preset": Bilingual(zh="预设：{preset}", en="preset: {preset}"),
    "why": Bilingual(zh="{why}，非空 {coverage}", en="{why}, {coverage} filled"),
    "skipped": Bilingual(zh="未使用的来源表：", en="Source tables that are not used:"),
    "inactive": Bilingual(
        zh="缺少必填列 {missing}，所以整段未启用；补上后去掉行首的 #。",
        en="Off, since {missing} is missing; fill it in and remove the leading # of these lines.",
    ),
    "unmapped": Bilingual(zh="未映射的列：{names}", en="not mapped: {names}"),
    "empty": Bilingual(zh="样本中全空的列：{names}", en="empty in the sample: {names}"),
    "ask_required": Bilingual(
        zh="必填：{table} 的 {column} 没有找到对应列，请填来源列名",
        en="required: no column was found for {column} of {table}; write the source column",
    ),
    "sketches": Bilingual(
        zh="下面几段是 keepwell 认不出的来源表，按取值猜测其内容：核对表名，填好列名，"
        "去掉要用的行首的“# ”；若上一行是 tables: {{}}，改成 tables:。",
        en="Keepwell does not know the layout of the tables below and guesses by their values. "
        "Check the table, write the columns, and remove the leading `# ` of the lines to use; if "
        "the line above is `tables: {{}}`, change it to `tables:`.",
    ),
    "sketch": Bilingual(zh="来源列：{names}", en="its columns: {names}"),
    "sketch_guess": Bilingual(
        zh="按取值猜测为“{column}”，请核对后去掉行首的 #",
        en="guessed from its values to be {column}; check it and remove the leading #",
    ),
    "ask_tables": Bilingual(
        zh="还没有映射任何表：改成 tables:，并填写下面各行",
        en="nothing is mapped yet: change this to `tables:` and fill in the lines below",
    ),
    "ask_drop": Bilingual(
        zh="{words} 的客户已离开或还不是客户，目前仍计入；去掉行首的 # 即可排除",
        en="accounts marked {words} have left or are no customers yet, but count; remove the # to "
        "leave them out",
    ),
    "ask_wanted": Bilingual(
        zh="没有找到；如果来源有此列，去掉 # 并填列名",
        en="not found; if the source has it, remove the # and write the column",
    ),
}

COLUMN_HINTS: dict[tuple[str, str], Bilingual] = {
    ("accounts", "account_size_segment"): Bilingual(
        zh="没有找到；将按员工数或营收推算规模（见 sizing），也可填列名",
        en="not found; sizes are told from employees or revenue (see sizing), or write a column",
    ),
    ("transactions", "amount"): Bilingual(
        zh="没有找到金额列；单价 × 数量不会自动相乘，请在来源中加一列金额",
        en="no amount found; price times quantity is not computed here, add an amount column to "
        "the source",
    ),
    ("subscriptions", "amount"): Bilingual(
        zh="没有找到每月金额；年费可写 {column: 列名, scale: 0.0833333}",
        en="no monthly amount found; for a yearly one write {column: NAME, scale: 0.0833333}",
    ),
    ("opportunities", "is_won"): Bilingual(
        zh="没有找到，也无法由阶段判断；"
        "可写 {column: 阶段列, categories: {赢单: true, 输单: false}}",
        en="not found, nor told by the stage; write {column: STAGE, categories: {Won: true, "
        "Lost: false}}",
    ),
    ("opportunities", "is_closed"): Bilingual(
        zh="没有找到，也无法由阶段判断；"
        "可写 {column: 阶段列, categories: {赢单: true, 跟进中: false}}",
        en="not found, nor told by the stage; write {column: STAGE, categories: {Won: true, "
        "Open: false}}",
    ),
}


def say(key: str, **values: object) -> Bilingual:
    """Return the text of that key with its values filled in."""
    text = TEXTS[key]
    return Bilingual(zh=text.zh.format(**values), en=text.en.format(**values))
