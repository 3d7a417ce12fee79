"""Saved web pages as they are met in China: the ways of building them are real, the words are not.

``FIRST`` were in sight while the article finder was written; ``SECOND`` were written afterwards,
and nothing was changed for them: the replies of the forum stay.
"""
# ruff: noqa: E501 - pages are kept as they are saved

from dataclasses import dataclass

from tests.reading.documents import ENGLISH, SAID

MENU = [
    "首页",
    "新闻",
    "政务公开",
    "办事服务",
    "互动交流",
    "专题专栏",
    "行业资讯",
    "展会信息",
    "企业名录",
    "供求信息",
    "关于我们",
]
TITLES = (
    "我市召开棉花收购工作会议部署下半年任务",
    "缺少订单的针织企业如何突围？专家支招",
    "全省面料展下月开幕，展位已售罄",
    "织造企业用工难问题调研报告发布",
)
REPLIES = (
    "说得好，我们镇也缺少面料企业，希望领导多关心一下我们这些小厂，订单都跑到外地去了！",
    "楼上说得对，其实最大的短板是没有品牌，光靠代工是没有前途的，希望政府出台扶持政策。",
    "印染企业污染太大，不希望引进到我们这里来，环境比什么都重要。",
)
UNWANTED = ("政务公开", "供求信息", *TITLES, *REPLIES, "版权所有", "点击下载", "newsletter", "Home")


@dataclass(frozen=True)
class Page:
    html: str
    wanted: tuple[str, ...] = SAID
    stays: tuple[str, ...] = ()
    """What is unwanted and read all the same."""


def joined(form: str, texts: tuple[str, ...] | list[str]) -> str:
    return "".join(form.format(text) for text in texts)


NAV = joined('<li><a href="/x">{}</a></li>', MENU)
RELATED = joined('<li><a href="/r">{}</a><span>2023-04-11</span></li>', TITLES)
COMMENTS = joined(
    '<div class="comment-item"><span>网友</span><p>{}</p><a>回复</a><a>点赞(3)</a></div>', REPLIES
)
FOOT = '<div class="footer"><p>版权所有：某某市纺织工业协会　京ICP备00000000号</p></div>'
ADVERT = (
    '<div class="ad"><a href="x"><img src="a.jpg">点击下载我们的手机客户端，随时看新闻</a></div>'
)
INDENTED = "<p>　　{}</p>\n"

FIRST = {
    "government": Page(
        f'<html><head><title>座谈会_某市政府网</title><script>var a="首页";</script></head><body>'
        f'<div class="header"><ul class="nav">{NAV}</ul></div><div class="crumb">当前位置：<a>首页</a></div>'
        f'<div class="main"><h1>座谈会召开</h1><div class="info">时间：2023-05-13 <a>【打印】</a></div>'
        f'<div class="TRS_Editor">{joined(INDENTED, SAID)}</div>'
        f'<div class="pages"><a>上一篇：{TITLES[0]}</a></div><div class="relnews"><h3>相关新闻</h3>'
        f"<ul>{RELATED}</ul></div></div>{ADVERT}{FOOT}</body></html>"
    ),
    "line breaks": Page(
        f'<html><body><div id=top><ul>{NAV}</ul></div><div id="ContentBody">'
        f"{'<br><br>　　'.join(SAID)}<br></div><div class=hot><ul>{RELATED}</ul></div>"
        f'<div class="comments">{COMMENTS}</div>{FOOT}</body></html>'
    ),
    "layout by tables": Page(
        f"<html><body><table><tr><td colspan=2><table><tr>{joined('<td><a>{}</a></td>', MENU)}</tr>"
        f"</table></td></tr><tr><td width=200><table>{joined('<tr><td>·<a>{}</a></td></tr>', TITLES)}"
        f"</table></td><td><font size=4><b>座谈会召开</b></font><br><table>"
        f"{joined('<tr><td><font>　　{}</font></td></tr>', SAID)}</table></td></tr>"
        f"<tr><td colspan=2>版权所有 某某市纺织工业协会</td></tr></table></body></html>"
    ),
    "public account": Page(
        '<html><body><div id="page-content"><h1>座谈会召开</h1><div id="js_content"'
        ' style="visibility: hidden;"><section><section>'
        + "".join(f"<section><span>{t[:9]}</span><b>{t[9:]}</b></section>" for t in SAID)
        + f'</section></section></div></div><div class="rich_media_tool"><p>点击下载</p></div>{FOOT}'
    ),
    "more comments than text": Page(
        f"<html><body><nav><ul>{NAV}</ul></nav><article><h1>座谈会</h1>{joined(INDENTED, SAID[:3])}"
        f'</article><section id="comments"><h3>网友评论</h3>{COMMENTS * 4}</section>{FOOT}</body>',
        SAID[:3],
    ),
    "saved by Word": Page(
        "<html><body lang=ZH-CN><div class=WordSection1><p class=MsoTitle>会议纪要<o:p></o:p></p>"
        + "".join(
            f"<p class=MsoNormal><span>{t[:8]}</span><b>{t[8:]}</b><o:p></o:p></p>" for t in SAID
        )
        + "<table><tr><td><p>集群</p></td><td><p>缺口</p></td></tr><tr><td><p>青湖镇</p></td>"
        "<td><p>缺少拉链企业</p></td></tr></table></div></body></html>",
        (*SAID, "青湖镇\t缺少拉链企业"),
    ),
    "nothing but lines": Page(
        "<html><body><p>大连：我们缺少面料企业。</p><p>西樵：新型印染技术。</p></body></html>",
        ("大连：我们缺少面料企业。", "西樵：新型印染技术。"),
    ),
    "list and table": Page(
        f"<html><body><div class=nav><ul>{NAV}</ul></div><div class=content><h2>发言摘要</h2>"
        f"<ul>{joined('<li>{}</li>', SAID)}</ul><table><tr><th>集群</th><th>需求</th></tr><tr>"
        f"<td>青湖镇</td><td>缺少拉链企业</td></tr></table></div><div class=side><ul>{RELATED}</ul>"
        f"</div>{FOOT}</body></html>",
        (*SAID, "青湖镇\t缺少拉链企业"),
    ),
    "two columns": Page(
        f"<html><body><div class=w><div class=l><div>座谈会</div><div>{joined(INDENTED, SAID[:2])}</div>"
        f"{ADVERT}<div>{joined(INDENTED, SAID[2:])}</div></div><div class=r><h3>热点</h3>"
        f"<ul>{RELATED * 3}</ul></div></div>{FOOT}</body></html>"
    ),
    "teasers": Page(
        f'<html><body><div class="article">{joined(INDENTED, SAID[:2])}</div><div class="list">'
        + joined(
            '<div class="item"><h4><a href=#>{0}</a></h4><p>{0}，记者获悉，相关工作正在推进，详情请点击全文。'
            "</p></div>",
            list(TITLES),
        )
        + f"</div>{FOOT}</body></html>",
        SAID[:2],
    ),
    "English": Page(
        f"<html><body><nav><a>Home</a></nav><main><h1>Round table</h1>{joined('<p>{}</p>', ENGLISH)}"
        "</main><aside><p>Subscribe to our newsletter to hear the latest about cotton.</p></aside>"
        "<footer>Copyright</footer></body></html>",
        ENGLISH,
    ),
}
SECOND = {
    "association": Page(
        f'<html><body><form id="aspnetForm"><div id="banner"><ul>{NAV}</ul></div><div class="wrap">'
        f'<div class="left_menu"><dl><dt>协会动态</dt>{joined("<dd><a>{}</a></dd>", MENU[5:])}</dl></div>'
        f'<div class="right_con"><div class="title">座谈会召开</div><div class="times">发布日期：2023-05-13'
        f'　浏览次数：127</div><div class="con_txt">{joined("<div>　　{}</div>", SAID)}</div>'
        f'<div class="fy"><p>上一条：<a>{TITLES[1]}</a></p><p>下一条：<a>{TITLES[2]}</a></p></div></div></div>'
        f'<div id="bottom"><p>版权所有 © 某某市纺织工业协会　技术支持：某某网络</p></div></form></body></html>'
    ),
    "news portal": Page(
        f'<html><body><div class="top-bar">{joined("<a>{}</a> | ", MENU)}</div><div class="main-wrap clearfix">'
        f'<div class="artical-main"><h1 id="artical_title">座谈会召开</h1><div id="artical_sth"><p>2023年05月13日 09:12'
        f'<br>来源：<span>本报</span></p></div><div id="main_content"><p><strong>（记者 张三）</strong></p>'
        f'{joined(INDENTED, SAID[:3])}<p><a href="#">【专题】{TITLES[3]}</a></p>{joined(INDENTED, SAID[3:])}'
        f'<p>[责任编辑：李四]</p></div><div class="js_comment"><h4>网友评论</h4>{COMMENTS}</div></div>'
        f'<div class="artical-side"><div class="box"><h3>24小时热文</h3><ol>{RELATED}</ol></div></div></div>'
        f"{FOOT}</body></html>"
    ),
    "frames of a mirror": Page(
        f"<html><body><div class='pbox'><h2>座谈会</h2><p>{'</p><p>'.join(SAID[:2])}</p><p>相关阅读：</p>"
        f"<ul>{RELATED}</ul></div><div>友情链接：{joined('<a>{}</a> ', MENU)}</div></body></html>",
        SAID[:2],
    ),
    "one paragraph": Page(
        f"<html><body><div class=hd>{joined('<span><a>{}</a></span>', MENU)}</div><div class=bd><div class=art>"
        f"{''.join(SAID)}</div></div><div class=ft>{joined('<a>{}</a>', TITLES)}<p>版权所有</p></div></body></html>",
        ("".join(SAID),),
    ),
    "speeches with headings": Page(
        f"<html><body><header><a>首页</a>{joined('<a>{}</a>', MENU)}</header><div class='post'>"
        f"<h1>座谈会</h1><h3>青湖镇</h3><blockquote>{SAID[1]}</blockquote><div class='speech'>{SAID[2]}</div>"
        f"<h3>白沙县</h3><blockquote>{SAID[3]}</blockquote></div><section class='widget'><h3>热门标签</h3>"
        f"{joined('<a>{}</a>', TITLES)}</section></body></html>",
        SAID[1:4],
    ),
    "forum": Page(
        f"<html><body><div id=hd>{joined('<a>{}</a>', MENU)}</div><div id=postlist><div id=post_1><table><tr><td>"
        f"<div>楼主</div></td><td><div class=t_fsz>{'<br />'.join(SAID)}</div></td></tr></table></div>"
        + "".join(
            f"<div id=post_{n}><table><tr><td><div>会员</div></td><td><div class=t_fsz>{reply}</div></td></tr>"
            f"</table></div>"
            for n, reply in enumerate(REPLIES, 2)
        )
        + f"</div>{FOOT}</body></html>",
        stays=REPLIES,
    ),
}
