"""A small seed folder that reads clean, and one way after another to break it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models.enums import Facet
from service.seeding.files import SeedError, read_seed
from service.seeding.words import PartialDate

FILES = {
    "topics.csv": """\
notation,broader,group,label_zh,label_en,alt_zh,alt_en
fabric,,chain,面料,Fabric,布料;坯布,cloth
woven_fabric,fabric,chain,机织面料,Woven fabric,,
garment_making,,chain,成衣,Garments,,
knitwear,garment_making,chain,毛衫,Sweaters,,
""",
    "facets.csv": """\
facet,value,label_zh,label_en,alt_zh,alt_en
material,cotton,棉,Cotton,,
end_use,womenswear,女装,Women's wear,,
""",
    "cues.csv": """\
id,role,scope,weight,confidence,value,forms
lack,gap,after,4,0.9,,缺少;缺乏
but,contrast,any,,,, but ;但是
""",
    "confidence.csv": """\
feature,weight
bias,-1.5
kind:gap,0.25
""",
    "clusters.csv": """\
slug,name_zh,name_en,kind,country,province,province_en,admin_level,lat,lon,part_of,\
aliases_zh,aliases_en,titles,titles_en,titles_evidence,products,products_en,products_evidence
shaoxing,绍兴,Shaoxing,cluster,CN,浙江,Zhejiang,市,30,120.58,,,,,,,面料,fabric,common_knowledge
keqiao,柯桥,Keqiao,cluster,CN,浙江,Zhejiang,区,30.08,120.49,shaoxing,轻纺城,,\
中国纺织产业基地市,China's Textile Base,documented,,,
dalian,大连,Dalian,cluster,CN,辽宁,Liaoning,市,,,,,,,,,,,
""",
    "register_statements.csv": """\
cluster,kind,topic,subtopic,facets,phrase_zh,phrase_en,weight,source_kind,source_zh,source_en,\
evidence
keqiao,strength,fabric,woven_fabric,material:cotton,棉布,cotton cloth,4,product,主要产品,Products,\
documented
""",
    "chain_rules.csv": """\
id,from_kind,from_topic,unless,kind,topic,phrase_zh,phrase_en,inherits,weight,reason_zh,reason_en
garment-needs-fabric,strength,garment_making,knitwear,gap,fabric,面料,fabric,end_use,3,\
做服装要有面料。,Garments need fabric.
""",
    "meetings.csv": """\
slug,title_zh,title_en,kind,date,date_basis,place,host,file,note
round-table,圆桌会,Round table,round_table,2017-11-18,event,虎门,,meetings/one.txt,
visit,调研,Visit,visit,,,,,meetings/two.txt,年份不详
""",
    "meetings/one.txt": "大连缺少面料企业。\n大连希望引进面料企业。\n",
    "meetings/two.txt": "柯桥面料強。\n",
    "meeting_statements.csv": """\
meeting,cluster,kind,topic,subtopic,facets,asks,weight,quote,occurrence,speaker,phrase_zh,\
phrase_en,status,note
round-table,dalian,gap,fabric,,,false,5,面料企业,1,姜广茂,面料,fabric,confirmed,
round-table,dalian,goal,fabric,,,true,4,面料企业,2,姜广茂,面料,fabric,draft,推断
""",
    "dockings.csv": """\
id,date,supplier,receiver,topic,subject_en,type,grade,facts_zh,source_zh,source_en
E1,2017-05,keqiao,dalian,fabric,fabric,fabric_docking,A,两地对接。,"对接会,2017年","Docking, 2017"
E2,,keqiao,全国品牌,fabric,fabric,fabric_docking,C,两地对接。,对接会,Docking
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "meetings").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def test_small_folder_reads_clean(folder: Path) -> None:
    seed = read_seed(folder)

    first, second = seed.meeting_statements
    assert (first.start, first.end) == (4, 8)
    assert (second.start, second.end, second.asks) == (16, 20, True)
    assert seed.meetings[0].date == PartialDate("2017-11-18")
    assert seed.meetings[1].text == "柯桥面料強。\n"
    assert seed.register_statements[0].facets == ((Facet.MATERIAL, "cotton"),)
    assert seed.register_statements[0].notation == "woven_fabric"
    assert seed.cues[1].forms == (" but ", "但是")
    assert [(row.feature, row.weight) for row in seed.weights] == [
        ("bias", -1.5),
        ("kind:gap", 0.25),
    ]
    assert [docking.receiver_registered for docking in seed.dockings] == [True, False]


def test_topics_may_be_marked_as_know_how(folder: Path) -> None:
    lines = FILES["topics.csv"].splitlines()
    marked = [f"{line},{'true' if line.startswith('fabric') else 'false'}" for line in lines[1:]]
    text = "\n".join([f"{lines[0]},know_how", *marked, ""])
    (folder / "topics.csv").write_bytes(text.encode())

    assert [topic.know_how for topic in read_seed(folder).topics] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-11-18", date(2017, 11, 18), date(2017, 11, 18)),
    ],
)
def test_partial_date_spans_the_days_it_may_mean(text: str, first: date, last: date) -> None:
    assert (PartialDate(text).first_day, PartialDate(text).last_day) == (first, last)


GAP_AGAIN = "gap,fabric,,,false,4,面料企业,1"

# file, what stands there, what is written instead, then line and column of the refusal
BROKEN = [
    ("confidence.csv", "-1.5", "much", 2, "weight"),
    ("confidence.csv", "0.25", "", 3, "weight"),
    ("topics.csv", "fabric,,chain", "fabric,,chains", 2, "group"),
    ("topics.csv", "woven_fabric,fabric", "woven_fabric,fabrics", 3, "broader"),
    ("topics.csv", "woven_fabric,fabric,chain", "woven_fabric,fabric,capability", 3, "group"),
    ("topics.csv", "garment_making,,", "fabric,,", 4, "notation"),
    ("topics.csv", "布料;坯布", "布料;;坯布", 2, "alt_zh"),
    ("topics.csv", "布料;坯布", "布料;布料", 2, "alt_zh"),
    ("topics.csv", ",alt_en\n", "\n", 1, "alt_en"),
    ("topics.csv", ",alt_en\n", ",alt_en,note\n", 1, "note"),
    ("topics.csv", ",alt_en\n", ",alt_en,alt_en\n", 1, "alt_en"),
    ("topics.csv", "坯布,cloth", "坯布,cloth,more", 2, "-"),
    ("topics.csv", "fabric,,chain", '"fabric"x,,chain', 2, "-"),
    ("topics.csv", "notation", "\ufeffnotation", 1, "-"),
    ("facets.csv", "end_use,", "use,", 3, "facet"),
    ("facets.csv", "end_use,womenswear", "material,cotton", 3, "value"),
    ("cues.csv", "after,4", "after,6", 2, "weight"),
    ("cues.csv", "0.9", "1.9", 2, "confidence"),
    ("cues.csv", "缺少;缺乏", "缺少;", 2, "forms"),
    ("cues.csv", "but,", "lack,", 3, "id"),
    ("clusters.csv", "keqiao,", "Keqiao,", 3, "slug"),
    ("clusters.csv", "dalian,", "keqiao,", 4, "slug"),
    ("clusters.csv", "Keqiao,cluster", "Keqiao,town", 3, "kind"),
    ("clusters.csv", "Dalian,cluster,CN", "Dalian,cluster,China", 4, "country"),
    ("clusters.csv", "大连,Dalian", ",Dalian", 4, "name_zh"),
    ("clusters.csv", "30.08,120.49", "30.08,", 3, "lon"),
    ("clusters.csv", "30.08,120.49", "98,120.49", 3, "lat"),
    ("clusters.csv", "30.08,120.49", "1e1,120.49", 3, "lat"),
    ("clusters.csv", "120.49,shaoxing", "120.49,shaoxin", 3, "part_of"),
    ("clusters.csv", "120.49,shaoxing", "120.49,keqiao", 3, "part_of"),
    ("clusters.csv", "120.58,,", "120.58,keqiao,", 2, "part_of"),
    ("clusters.csv", "轻纺城", "轻纺城;绍 兴", 3, "aliases_zh"),
    ("clusters.csv", "轻纺城,,", "轻纺城,DALIAN,", 4, "name_en"),
    ("clusters.csv", "China's Textile Base,", "China's Base;Town,", 3, "titles_en"),
    ("clusters.csv", "Base,documented", "Base,", 3, "titles_evidence"),
    ("clusters.csv", "fabric,common_knowledge", "fabric,hearsay", 2, "products_evidence"),
    ("register_statements.csv", "keqiao,", "keqao,", 2, "cluster"),
    ("register_statements.csv", "strength,", "strong,", 2, "kind"),
    ("register_statements.csv", "fabric,woven", "fabrics,woven", 2, "topic"),
    ("register_statements.csv", "fabric,woven_fabric", "woven_fabric,", 2, "topic"),
    ("register_statements.csv", "fabric,woven", "garment_making,woven", 2, "subtopic"),
    ("register_statements.csv", "material:cotton", "material:silk", 2, "facets"),
    ("register_statements.csv", "material:cotton", "material=cotton", 2, "facets"),
    ("register_statements.csv", "cloth,4", "cloth,0", 2, "weight"),
    ("register_statements.csv", "cloth,4", "cloth,4.5", 2, "weight"),
    ("register_statements.csv", "product,主", "rumour,主", 2, "source_kind"),
    ("register_statements.csv", "主要产品,", ",", 2, "source_zh"),
    ("register_statements.csv", "Products,", ",", 2, "source_en"),
    ("register_statements.csv", "棉布", " 棉布", 2, "phrase_zh"),
    ("register_statements.csv", "棉布", "棉" * 81, 2, "phrase_zh"),
    ("register_statements.csv", "棉布", '"棉\n布"', 2, "phrase_zh"),
    ("chain_rules.csv", "garment_making,knit", "garments,knit", 2, "from_topic"),
    ("chain_rules.csv", "knitwear,gap", "woven_fabric,gap", 2, "unless"),
    ("chain_rules.csv", "end_use,3", "use,3", 2, "inherits"),
    ("chain_rules.csv", "gap,fabric", "gap,fabrics", 2, "topic"),
    ("chain_rules.csv", "end_use,3", "end_use,9", 2, "weight"),
    ("chain_rules.csv", "做服装要有面料。", "", 2, "reason_zh"),
    ("meetings.csv", "round_table,2017", "party,2017", 2, "kind"),
    ("meetings.csv", "2017-11-18", "2017-11-31", 2, "date"),
    ("meetings.csv", "2017-11-18", "11-18", 2, "date"),
    ("meetings.csv", "2017-11-18,event", "2017-11-18,", 2, "date_basis"),
    ("meetings.csv", "meetings/two.txt", "meetings/ten.txt", 3, "file"),
    ("meetings.csv", "meetings/two.txt", "meetings/one.txt", 3, "file"),
    ("meetings.csv", "meetings/two.txt", "meetings/../topics.csv", 3, "file"),
    ("meetings.csv", "visit,调研", "round-table,调研", 3, "slug"),
    ("meetings/two.txt", "柯桥面料強。", "", 3, "file"),
    ("meeting_statements.csv", "round-table,dalian,gap", "table,dalian,gap", 2, "meeting"),
    ("meeting_statements.csv", "round-table,dalian,gap", "round-table,dalan,gap", 2, "cluster"),
    ("meeting_statements.csv", "false,5", "no,5", 2, "asks"),
    ("meeting_statements.csv", "false,5", "true,5", 2, "asks"),
    ("meeting_statements.csv", "5,面料企业", "5,面料厂", 2, "quote"),
    ("meeting_statements.csv", "5,面料企业", "5,", 2, "quote"),
    ("meeting_statements.csv", "面料企业,2", "面料企业,3", 3, "occurrence"),
    ("meeting_statements.csv", "goal,fabric,,,true,4,面料企业,2", GAP_AGAIN, 3, "quote"),
    ("meeting_statements.csv", "confirmed", "retired", 2, "status"),
    ("dockings.csv", "2017-05", "2017-13", 2, "date"),
    ("dockings.csv", "keqiao,dalian", "keqiao,dalan", 2, "receiver"),
    ("dockings.csv", "keqiao,dalian", "keqiao,大连", 2, "receiver"),
    ("dockings.csv", "keqiao,dalian", "keqiao,keqiao", 2, "receiver"),
    ("dockings.csv", "fabric_docking,A", "docking,A", 2, "type"),
    ("dockings.csv", "fabric_docking,A", "fabric_docking,D", 2, "grade"),
    ("dockings.csv", "E2,", "E1,", 3, "id"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "column"), BROKEN)
def test_broken_cell_is_refused_with_its_place(
    folder: Path, file: str, old: str, new: str, line: int, column: str
) -> None:
    assert FILES[file].count(old) >= 1
    (folder / file).write_bytes(FILES[file].replace(old, new, 1).encode())
    table = "meetings.csv" if file.startswith("meetings/") else file

    with pytest.raises(SeedError) as caught:
        read_seed(folder)

    assert (caught.value.file, caught.value.line, caught.value.column) == (table, line, column)
    assert str(caught.value) == f"{table}, line {line}, column {column}: {caught.value.cause}"


@pytest.mark.parametrize("file", sorted(FILES))
def test_missing_file_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()

    with pytest.raises(SeedError) as caught:
        read_seed(folder)

    place = {"meetings/one.txt": 2, "meetings/two.txt": 3}
    expected = ("meetings.csv", place[file], "file") if file in place else (file, 1, "-")
    assert (caught.value.file, caught.value.line, caught.value.column) == expected


def _gb18030(text: str) -> bytes:
    head, _, tail = text.partition("\n")
    return f"{head}\n".encode() + tail.encode("gb18030")


@pytest.mark.parametrize(
    ("file", "broken", "line"),
    [("clusters.csv", _gb18030, 2), ("meetings/one.txt", _gb18030, 2)],
)
def test_other_encodings_are_refused(
    folder: Path, file: str, broken: Callable[[str], bytes], line: int
) -> None:
    (folder / file).write_bytes(broken(FILES[file]))

    with pytest.raises(SeedError) as caught:
        read_seed(folder)

    assert (caught.value.file, caught.value.line, caught.value.column) == (file, line, "-")


def test_lines_are_counted_across_quoted_line_breaks(folder: Path) -> None:
    text = FILES["chain_rules.csv"] + 'second,gap,fabric,,gap,fabric,面料,fabric,,3,"一\n二",two\n'
    (folder / "chain_rules.csv").write_bytes(text.encode())

    with pytest.raises(SeedError) as caught:
        read_seed(folder)

    assert (caught.value.line, caught.value.column) == (3, "reason_zh")
