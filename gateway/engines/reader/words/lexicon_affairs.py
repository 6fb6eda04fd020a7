"""The lexicon's words of affairs: money, papers, time, persons, dealings, rules. Pure data; see `lexicon`."""

from __future__ import annotations

AFFAIRS = """
money/钱,款; price/价格,价钱,售价; unit price,price each,each/单价; cost,price/费用,价钱; fee,charge/费,费用,收费
charge,fee,cost/收费,要钱,收钱,要花钱,花钱; free,free of charge,no charge/免费,不收费,不要钱,不用钱
amount,sum/金额,数额; total,grand total,invoice total/总额,总计,合计,总价,总金额,共计; subtotal,net/小计,净额
discount,reduction,rebate/优惠,折扣,减免,便宜; tax/税,税费; vat,value added tax/增值税; sales tax/销售税
income tax/所得税; council tax/市政税,房产税; tip,gratuity/小费; service charge/服务费
deposit,bond,security deposit/押金,保证金; deposit,down payment,prepayment/定金,订金,预付款
balance,balance due,outstanding/余额,余款,尾款,欠款; rent,rental/租金,房租; monthly rent,rent/月租,月租金,房租
late fee,late charge,late payment/滞纳金,逾期费,迟交费; fine,penalty/罚款,罚金,违约金
refund,money back/退款,退钱,退费; pay,paid,payment/付款,支付,缴费,交费,交钱,付钱,付,交,缴纳,缴
payment method,method of payment,paid by/付款方式,支付方式,缴费方式; cash/现金
card,credit card,debit card/卡,银行卡,信用卡,刷卡; cheque,check/支票; bank transfer,transfer,wire/银行转账,转账,汇款
standing order,direct debit/自动扣款,代扣; change/找零,找钱,找回; coin/硬币; banknote,note/纸币,钞票
instalment,installment/分期付款,分期; amount due,total due,to pay,payable/应付,应付金额,应缴
paid/实付,已付,已经付,付了; spend,spent/花,花费,消费; salary,wage,pay/工资,薪水,薪酬; bonus/奖金; overtime/加班,加班费
income,earnings/收入; expense,expenses/开支,支出; budget/预算; profit/利润; loss/亏损; loan/贷款
interest,interest rate/利息,利率; mortgage/房贷,按揭; debt/债务; account,account number/账户,账号; bank/银行
iban,bank details/银行账号; exchange rate/汇率; receipt,sales slip/收据,小票; invoice,bill/发票,账单,单据
quote,quotation,estimate/报价,报价单,估价; coupon,voucher/优惠券,代金券,购物券; gift card/购物卡,礼品卡
points,bonus points/积分; member,membership/会员; membership card,member card/会员卡; membership fee/会费
subscription/订阅,订阅费; insurance,insured,insure/保险; premium,insurance premium/保费
insurer,insurance company/保险公司; claim/理赔,索赔; policy/保单; health insurance,medical insurance/医保,医疗保险
excess,deductible/自付额,免赔额; grant,subsidy,allowance/补贴,津贴,补助; donation/捐款
customer,client,buyer/客户,顾客,买方; seller,vendor/卖方,销售方; supplier/供应商; company,firm,business/公司,企业
shop,store/商店,店,店铺,门店; supermarket/超市; branch/分店,支行; order,purchase/订单,订购
order number/订单号,订单编号; invoice number,invoice no/发票号码,发票号,发票编号
receipt number,receipt no/流水号,小票号,单号,收据号,收据号码,小票号码; number,no/号码,号,编号; serial number/序列号
reference,reference number,our reference/参考号,编号,查询号; contract number/合同编号,合同号
document number/单据编号,文件编号; code/代码,代号; password/密码; pin/密码; lock code,door code/门锁密码,门禁密码
barcode/条码; quantity,qty/数量,件数; item,article,product,goods/商品,货品,品名,项目,东西; description/说明,描述
brand/品牌,牌子; model/型号; size/尺寸,大小; weight/重量,体重; weigh,weight/重,多重; height/高度,身高; length/长度
width/宽度; depth/深度; area/面积; volume/容积,体积; square metres,square meters,square feet,area/平方米,平米,面积
color,colour/颜色; material/材料,材质; origin,country of origin/产地
expiry date,best before,use by,expires/有效期,保质期,有效期至,到期日; valid,validity/有效,有效期
expire,expires/过期,到期; delivery,shipping,deliver/送货,配送,运送,发货
delivery fee,shipping,postage/运费,送货费,配送费,邮费; parcel,package/包裹,快递; return,exchange/退换,退货,换货
return,returned,refund,refunded,given back/退,退还,归还,返还,还回; come,attend,go/去,来,前来,到场
exchange,swap/换货,更换,交换; complaint/投诉; warranty,guarantee,guaranteed,warranted/保修,质保,保修期
cashier,checkout/收银员,收银; till,counter,desk/收银台,柜台,服务台; sale,offer,special offer/特价,促销; cheap/便宜
expensive/贵; document,paper/文件,单子; letter/信,信件,来信; contract,agreement/合同,协议,契约
lease,tenancy agreement,tenancy/租约,租赁合同,租房合同; form/表格,表; application,apply/申请; certificate/证书,证明
notice,announcement/通知,公告,告示; report/报告; timetable,schedule/时刻表,时间表; newsletter/通讯,简报
minutes/会议记录; list/清单,名单; copy/副本,复印件; original/原件; page/页; line/行; title,heading/标题
signature,sign,signed/签名,签字,签署,签的字; stamp,seal/印章,盖章; attachment,enclosed/附件; leaflet,brochure/宣传册
manual,instructions/说明书,说明; reply slip,reply/回执,回复; answer,reply/答复,回答; questionnaire,survey/问卷,调查
licence,license,permit/许可证,执照; permit/许可; passport/护照; identity card,id,id card/身份证
driving licence,driver's license/驾照,驾驶证; visa/签证; permission,consent/同意,许可,批准; date/日期; day/天,日
week/周,星期,礼拜; month/月,个月; year/年; hour/小时,钟头; minute/分钟; time/时间; today/今天; tomorrow/明天
morning/上午,早上,早晨; noon/中午; afternoon/下午; evening/晚上,傍晚; night/夜里,夜间,晚上; midnight/午夜
weekday,weekdays/工作日,平日; weekend/周末; monday/星期一,周一; tuesday/星期二,周二; wednesday/星期三,周三
thursday/星期四,周四; friday/星期五,周五; saturday/星期六,周六; sunday/星期日,周日,星期天
public holiday,bank holiday/节假日,公共假日,法定假日; holiday,vacation/假期,放假; spring/春天,春季; summer/夏天,夏季
autumn,fall/秋天,秋季; winter/冬天,冬季; january/一月; february/二月; march/三月; april/四月; may/五月; june/六月
july/七月; august/八月; september/九月; october/十月; november/十一月; december/十二月; new year/新年,元旦
christmas/圣诞节; spring festival/春节; birthday/生日; date of birth,born/出生日期,出生; daily,every day/每天,每日
weekly/每周; annual,yearly/每年; monthly,per month/每月,每个月; start,begin,begins,starts,commence/开始,起,启动,生效
end,ends,finish/结束,截止,终止,到期; term,period,duration/期限,期间,租期; last,take,takes/持续
due date,due,deadline,due by/截止日期,到期日,期限; due,due date/到期; before,beforehand/之前,以前,前; after/之后,以后
in advance,before,early/提前,事先; early,earlier/早,提早; late/晚,迟,逾期; late,overdue/迟交,晚交,逾期,拖欠
delay,postpone,postponed/推迟,延期,顺延; renew,renewal,extend,extension/续,续期,续约,延长; pass,passed/通过,合格
cancel,cancelled,suspended/停航,停运,停开; cancel,cancelled,cancellation,call off/取消; period of notice,notice/通知期
give notice,notice/提前通知; notice,notify,inform,tell/通知,告知; immediately,at once/立即,马上; temporary/临时,暂时
permanent/永久; next,following/下一次,下次,下一个; first/第一,首次,第一次; second/第二,第二次; last,final/最后,最后一
previous/上次,上一次; again,repeat/再次,复; once/一次; twice/两次; name/名字,姓名,名称
surname,last name,family name/姓,姓氏; first name/名; age/年龄,岁; gender,sex/性别; nationality/国籍
occupation,job/职业; person,people/人,人员; man,gentleman/男士,先生; woman,lady/女士
child,children/孩子,儿童,小孩,小朋友; adult/成人,大人; baby,infant/婴儿; family/家庭,家人; parent,parents/家长,父母
mother/母亲,妈妈; father/父亲,爸爸; son/儿子; daughter/女儿; brother/兄弟; sister/姐妹; husband/丈夫; wife/妻子
grandparents/祖父母; friend/朋友; neighbour,neighbor/邻居; guest,visitor/客人,访客
senior,seniors,pensioner/老人,老年人; owner,holder/业主,主人,房主,所有人,持有人; owner,customer/车主
landlord,landlady,lessor/房东,出租方,出租人,甲方; tenant,tenants,renter,lessee/租客,房客,承租方,承租人,租户,乙方
agent,letting agent,broker/中介,代理; resident,residents/居民,住户; caretaker,janitor/门卫,管理员
security,guard/保安,门岗; manager/经理,负责人; person in charge,responsible/负责人,责任人
responsible,in charge/负责,管; director,head/主任,负责人; chair,chairman,chairwoman/主席; secretary/秘书
treasurer/财务,会计; accountant/会计; employee,staff,worker/员工,工作人员,职工; employer/雇主; colleague/同事
boss/老板; receptionist/前台,接待员; mechanic,technician,fitter/修车师傅,技师,修理工,维修师傅,师傅,技工
crew chief,foreman/工头,领班; engineer/工程师; electrician/电工; plumber/水管工; driver/司机,驾驶员
waiter,waitress,server/服务员; cook,chef/厨师; cleaner/清洁工,保洁; lawyer/律师; police/警察; firefighter/消防员
witness/证人,见证人; signatory,signed by/签名人; author,written by/作者; sender,from/发件人,寄件人
recipient,addressee,bill to/收件人; contact,contact person/联系人; write,written,wrote/写,撰写; send,sent/发,寄,发送
receive,received/收到,收; volunteer/志愿者; team/队,小组; group/组,团体; guide,tour guide/导游,讲解员
phone,telephone,tel,phone number/电话,电话号码,联系电话; mobile,mobile phone,cell phone/手机
call,ring,phone,telephone/打电话,拨打,致电,打; hotline,helpline,line/热线; customer service/客服,客户服务
bookings,booking/预订,预约,订票,订; book,booked,reserve,reservation/预订,预约,预定
email,e-mail/邮箱,邮件,电子邮箱,电子邮件; website,web,internet address/网站,网址,官网; address/地址; street,road/街,路
city,town/城市,市; postcode,zip code/邮编,邮政编码; fax/传真; office/办公室,办公; reception,front desk/前台,接待处
contact/联系,联系方式; message,text message/短信,信息; wechat/微信; app/应用,手机应用; online,portal/网上,在线
meeting,conference/会议,开会; agenda/议程; decision,decide,decided/决定; vote,voted/投票,表决; election,elect/选举
event/活动; activity/活动; invitation,invite/邀请; party/聚会; wedding/婚礼; exhibition/展览; concert/音乐会
show,performance/演出,表演; visit/参观,来访,访问; rule,rules/规定,规则; law/法律
allow,allowed,permit,permitted,may/允许,可以,准; forbidden,prohibited,not allowed/禁止,不准; must,required/必须,须
condition,terms/条件,条款; exception,except/除外,例外; right/权利; duty,obligation/义务; responsibility/责任
smoke,smoking/抽烟,吸烟; alcohol,drink alcohol/饮酒,喝酒,酒; noise,quiet,loud/噪音,吵闹,安静
photograph,photo,photography,pictures/拍照,摄影,照片; pet,pets,animals/宠物,动物; dog,dogs/狗,犬; cat,cats/猫; bird/鸟
fish/鱼,养鱼; horse/马; rabbit/兔子; cow/牛; sheep/羊; chicken/鸡; keep,kept/养,保留,保管,留
bring,take along,carry/带,携带,自带; issued,issue/开的,开具,出具,签发; take back/拿回,拿回去,取回
take,collect,pick up/取,领,领取,拿; hand in,submit,handed in,return/上交,提交,交回,交; show,present/出示; use/使用,用
help,assist/帮助,帮忙; emergency,urgent/紧急,急; accident/事故; danger,dangerous/危险; safety,safe/安全
fire/火,火灾,明火; theft,stolen/盗窃,被偷; lost,lose/丢,丢了,丢失,遗失; lost property,lost and found/失物招领
find,found/找到; damage,damaged/损坏,弄坏,损失; broken,out of order/坏了,坏,故障; problem,fault,defect/问题,毛病,故障
reason,because/原因; cause/原因; result,results/结果; question/问题; information/信息,资料,咨询; advice/建议,咨询
open,opening,opens/开门,营业,开放; opening hours,open,business hours/营业时间,开放时间,办公时间
close,closed,closing/关门,打烊,关闭,休息; lunch break/午休; enter,entry,admission/进入,入场,入内; exit/出口
entrance/入口; admission,ticket,entrance fee/门票; queue/排队; arrive,arrival,reach/到达,到,抵达
change,changed/改,更改,变更,改变; move/搬; check,inspect,inspection/检查,查看; repair,fix,mend,repaired/修,维修,修理
replace,replacement,new/换,更换; work,job,works,labour/施工,工程,工作; finish,completed,complete,done/完成,完工
affect,affected/影响,受影响; include,included,including/包括,包含,含; need,needed,necessary/需要
register,registration,enrol,sign up/报名,登记,注册; join/参加,加入; attend,participate,take part/参加,出席
miss,missed/错过,缺席; maximum,at most,up to/最多,最高; minimum,at least/最少,至少,最低; limit/限制,上限,限额
half/一半,半; double/双,两倍; extra,additional,further/额外,另外,加; average/平均; percent,percentage/百分之,百分比
difference/差,差额; more/多; less,fewer/少; compare/比较; group discount/团体优惠; concession/优惠票
notes,remarks,comment/备注,说明; purpose,use/用途; type,kind/种类,类型; level,grade/等级,级别; status/状态
place,location,venue/地点,位置; north/北; south/南; east/东; west/西; left/左; right/右; upper floors,upper,high/高区
upstairs,upper/楼上; lower floors,lower,low/低区; downstairs/楼下; inside,indoor/室内,里面
outside,outdoor,outdoors/室外,外面,户外; near,nearby,nearest/附近,最近
"""
"""Concepts, parted by semicolons or lines: English words, a slash, Chinese words; the plainest first."""
