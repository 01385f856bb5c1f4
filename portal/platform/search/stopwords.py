"""Words of a question that carry no content.

Only questions are read with this list; stored text keeps every word, so a
phrase finds them.  Refuses to know how text is cut.
"""

from __future__ import annotations

STOP_WORDS = frozenset(
    "什么 怎么 怎样 怎么样 怎么办 如何 哪 哪些 哪个 哪里 哪儿 哪种 哪年 哪位 哪家 哪两个 谁 多少 几 几个 "
    "为什么 为何 请问 是否 能否 可否 何时 何地 何种 多久 多大 吗 呢 what how why who when where which "
    "的 了 和 是 在 有 与 及 或 吧 啊 呀 地 得 着 过 可以 能 会 要 想 我 你 您 他 她 它 我们 你们 他们 咱们 "
    "这 那 这个 那个 这些 那些 一个 一些 被 把 对 于 从 到 由 为 以 其 并 该 此 之 时 时候 都 也 就 还 很 "
    "个 中 上 下 里 则 等 而 但 给 让 向 请 "
    "a an and are as at be by can do does for from i in is it of on or that the this to was with".split(),
)
