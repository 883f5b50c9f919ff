<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Commands</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Delete marker</source>
        <translation>删除标记(&amp;D)</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n shots</source>
        <comment>&amp;Delete shot</comment>
        <translation>
            <numerusform>删除 %n 个镜头(&amp;D)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n keyframes</source>
        <comment>&amp;Delete keyframe</comment>
        <translation>
            <numerusform>删除 %n 个关键帧(&amp;D)</numerusform>
        </translation>
    </message>
    <message>
        <source>{words} ({first} to {last})</source>
        <translation>{words}（{first} 至 {last}）</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n sounds</source>
        <comment>&amp;Delete sound</comment>
        <translation>
            <numerusform>删除 %n 段声音(&amp;D)</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Resume the queue</source>
        <translation>继续队列(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;New film</source>
        <translation>新建影片(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>Open the sa&amp;mple film</source>
        <translation>打开示例影片(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Import timeline…</source>
        <translation>导入时间线(&amp;I)…</translation>
    </message>
    <message>
        <source>Bring in shots from OTIO, FCPXML, an EDL or a Storyboarder project</source>
        <translation>从 OTIO、FCPXML、EDL 或 Storyboarder 项目导入镜头</translation>
    </message>
    <message>
        <source>Import &amp;folder of boards…</source>
        <translation>导入分镜图文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>One shot for every picture, in order</source>
        <translation>每张图一个镜头，按顺序</translation>
    </message>
    <message>
        <source>Export &amp;timeline…</source>
        <translation>导出时间线(&amp;T)…</translation>
    </message>
    <message>
        <source>Write FCPXML, Premiere&apos;s XML, OTIO or an EDL</source>
        <translation>写出 FCPXML、Premiere 的 XML、OTIO 或 EDL</translation>
    </message>
    <message>
        <source>Export story&amp;board…</source>
        <translation>导出分镜(&amp;B)…</translation>
    </message>
    <message>
        <source>Write a contact sheet as PDF, or a folder of boards</source>
        <translation>写出 PDF 分镜表，或分镜图文件夹</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Paste at the playhead; an image becomes a keyframe</source>
        <translation>粘贴到播放头处；图像会成为关键帧</translation>
    </message>
    <message>
        <source>D&amp;uplicate</source>
        <translation>再制(&amp;U)</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>全选(&amp;A)</translation>
    </message>
    <message>
        <source>Select &amp;nothing</source>
        <translation>取消选择(&amp;N)</translation>
    </message>
    <message>
        <source>Add &amp;images…</source>
        <translation>添加图像(&amp;I)…</translation>
    </message>
    <message>
        <source>Add images: onto the selected shot, or as new shots</source>
        <translation>添加图像：放到选中的镜头上，或成为新镜头</translation>
    </message>
    <message>
        <source>I&amp;mport…</source>
        <translation>导入(&amp;M)…</translation>
    </message>
    <message>
        <source>Bring in movies, pictures and sounds</source>
        <translation>导入影片、图片和声音</translation>
    </message>
    <message>
        <source>Extend &amp;after</source>
        <translation>向后延伸(&amp;A)</translation>
    </message>
    <message>
        <source>New frames that go on from this movie</source>
        <translation>从这部影片接着往下的新画面</translation>
    </message>
    <message>
        <source>Extend &amp;before</source>
        <translation>向前延伸(&amp;B)</translation>
    </message>
    <message>
        <source>New frames that lead into it</source>
        <translation>引入这部影片的新画面</translation>
    </message>
    <message>
        <source>B&amp;ridge to next</source>
        <translation>衔接到下一段(&amp;R)</translation>
    </message>
    <message>
        <source>New frames from this movie to the next</source>
        <translation>从这部影片通往下一部的新画面</translation>
    </message>
    <message>
        <source>S&amp;lip one frame earlier</source>
        <translation>向前滑移一帧(&amp;L)</translation>
    </message>
    <message>
        <source>Show earlier frames</source>
        <translation>显示更早的画面</translation>
    </message>
    <message>
        <source>Sli&amp;p one frame later</source>
        <translation>向后滑移一帧(&amp;P)</translation>
    </message>
    <message>
        <source>Show later frames</source>
        <translation>显示更晚的画面</translation>
    </message>
    <message>
        <source>Frame to &amp;next shot</source>
        <translation>画面钉到下一镜头(&amp;N)</translation>
    </message>
    <message>
        <source>Pin this frame to the start of the next shot</source>
        <translation>把这一帧钉在下一个镜头的开头</translation>
    </message>
    <message>
        <source>Frame to shot be&amp;fore</source>
        <translation>画面钉到上一镜头(&amp;F)</translation>
    </message>
    <message>
        <source>Pin this frame to the end of the shot before</source>
        <translation>把这一帧钉在上一个镜头的末尾</translation>
    </message>
    <message>
        <source>Find s&amp;hots and split</source>
        <translation>查找镜头并拆分(&amp;H)</translation>
    </message>
    <message>
        <source>Find the movie&apos;s cuts, and divide the shot there</source>
        <translation>找出影片的剪切点，并在那里拆分镜头</translation>
    </message>
    <message>
        <source>&amp;Upscale with Director-SR</source>
        <translation>放大到片子尺寸(&amp;U)</translation>
    </message>
    <message>
        <source>Make what the shot shows as large as the film</source>
        <translation>把镜头画面放大到片子的尺寸</translation>
    </message>
    <message>
        <source>&amp;Train a style…</source>
        <translation>训练风格(&amp;T)…</translation>
    </message>
    <message>
        <source>Let Director-Gen learn the look of the film&apos;s footage</source>
        <translation>让 Director-Gen 学习影片素材的画面风格</translation>
    </message>
    <message>
        <source>Replace foota&amp;ge…</source>
        <translation>替换素材(&amp;G)…</translation>
    </message>
    <message>
        <source>Show another movie in this shot</source>
        <translation>在这个镜头里显示另一部影片</translation>
    </message>
    <message>
        <source>Relin&amp;k…</source>
        <translation>重新链接(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Show in folder</source>
        <translation>在文件夹中显示(&amp;S)</translation>
    </message>
    <message>
        <source>Open the folder that the movie lies in</source>
        <translation>打开影片所在的文件夹</translation>
    </message>
    <message>
        <source>Add s&amp;ound…</source>
        <translation>添加声音(&amp;O)…</translation>
    </message>
    <message>
        <source>Add music or speech, or a movie&apos;s sound, here</source>
        <translation>在此添加音乐、语音或影片的声音</translation>
    </message>
    <message>
        <source>&amp;Mute sound</source>
        <translation>声音静音(&amp;M)</translation>
    </message>
    <message>
        <source>Silence the selected sounds, or let them be heard</source>
        <translation>让选中的声音静音，或恢复声音</translation>
    </message>
    <message>
        <source>&amp;New shot</source>
        <translation>新建镜头(&amp;N)</translation>
    </message>
    <message>
        <source>Add an empty shot after the selected one</source>
        <translation>在选中的镜头之后添加一个空镜头</translation>
    </message>
    <message>
        <source>&amp;Split at playhead</source>
        <translation>在播放头处分割(&amp;S)</translation>
    </message>
    <message>
        <source>Edit &amp;caption</source>
        <translation>编辑描述(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Cut or continue</source>
        <translation>硬切或延续(&amp;C)</translation>
    </message>
    <message>
        <source>Move shot &amp;left</source>
        <translation>镜头左移(&amp;L)</translation>
    </message>
    <message>
        <source>Move shot &amp;right</source>
        <translation>镜头右移(&amp;R)</translation>
    </message>
    <message>
        <source>Pace shot: Suspense</source>
        <translation>镜头节奏：悬疑</translation>
    </message>
    <message>
        <source>Pace shot: Documentary</source>
        <translation>镜头节奏：纪录</translation>
    </message>
    <message>
        <source>Pace shot: Action</source>
        <translation>镜头节奏：动作</translation>
    </message>
    <message>
        <source>Pace shot: Even</source>
        <translation>镜头节奏：均匀</translation>
    </message>
    <message>
        <source>Save this shot&apos;s &amp;pacing as…</source>
        <translation>将此镜头的节奏存为(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Keyframe at playhead…</source>
        <translation>在播放头处加关键帧(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Replace image…</source>
        <translation>替换图像(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Exactly on the requested frame</source>
        <translation>精确放在所求帧上(&amp;E)</translation>
    </message>
    <message>
        <source>Nudge left</source>
        <translation>左移一帧</translation>
    </message>
    <message>
        <source>Move the keyframes one frame earlier</source>
        <translation>将关键帧提前一帧</translation>
    </message>
    <message>
        <source>Nudge right</source>
        <translation>右移一帧</translation>
    </message>
    <message>
        <source>Move the keyframes one frame later</source>
        <translation>将关键帧推后一帧</translation>
    </message>
    <message>
        <source>Nudge left by ten</source>
        <translation>左移十帧</translation>
    </message>
    <message>
        <source>Nudge right by ten</source>
        <translation>右移十帧</translation>
    </message>
    <message>
        <source>S&amp;nap</source>
        <translation>吸附(&amp;N)</translation>
    </message>
    <message>
        <source>Drags snap to heads, cuts, markers and the playhead</source>
        <translation>拖动时吸附到块首、切点、标记和播放头</translation>
    </message>
    <message>
        <source>Trims &amp;overwrite</source>
        <translation>修剪时覆盖(&amp;O)</translation>
    </message>
    <message>
        <source>Off: later shots move along (ripple). On: the neighbour gives or takes. Shift: the other</source>
        <translation>关：后面的镜头随之移动（波纹）。开：由相邻镜头增减。按住 Shift 则相反</translation>
    </message>
    <message>
        <source>&amp;In point</source>
        <translation>入点(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Out point</source>
        <translation>出点(&amp;O)</translation>
    </message>
    <message>
        <source>Clear in and o&amp;ut</source>
        <translation>清除入点和出点(&amp;U)</translation>
    </message>
    <message>
        <source>Add &amp;marker</source>
        <translation>添加标记(&amp;M)</translation>
    </message>
    <message>
        <source>Put a marker at the playhead</source>
        <translation>在播放头处放一个标记</translation>
    </message>
    <message>
        <source>&amp;Rename marker…</source>
        <translation>重命名标记(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Next marker</source>
        <translation>下一个标记(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous marker</source>
        <translation>上一个标记(&amp;P)</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>橙</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>黄</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>紫</translation>
    </message>
    <message>
        <source>Re-roll &amp;seed</source>
        <translation>换种子(&amp;S)</translation>
    </message>
    <message>
        <source>Re-roll these s&amp;hots</source>
        <translation>重做这些镜头(&amp;H)</translation>
    </message>
    <message>
        <source>Another seed for these shots only; others stay</source>
        <translation>只为这些镜头换种子；其他不变</translation>
    </message>
    <message>
        <source>&amp;Keep take</source>
        <translation>保留版本(&amp;K)</translation>
    </message>
    <message>
        <source>Stay with this take whatever else changes</source>
        <translation>无论其他如何改变，都保留这个版本</translation>
    </message>
    <message>
        <source>&amp;Approve take</source>
        <translation>认可版本(&amp;A)</translation>
    </message>
    <message>
        <source>Approved takes become masters on their own</source>
        <translation>认可的版本会单独做成母版</translation>
    </message>
    <message>
        <source>&amp;Use take</source>
        <translation>使用版本(&amp;U)</translation>
    </message>
    <message>
        <source>Put this take into the film</source>
        <translation>把这个版本放进影片</translation>
    </message>
    <message>
        <source>Restore &amp;settings of take</source>
        <translation>恢复版本的设置(&amp;S)</translation>
    </message>
    <message>
        <source>Bring back shots, boards, model and seed</source>
        <translation>恢复镜头、分镜图、模型和种子</translation>
    </message>
    <message>
        <source>&amp;Compare with take</source>
        <translation>与版本比较(&amp;C)</translation>
    </message>
    <message>
        <source>Lay this take over what is shown</source>
        <translation>把这个版本叠在当前画面上</translation>
    </message>
    <message>
        <source>&amp;Delete take</source>
        <translation>删除版本(&amp;D)</translation>
    </message>
    <message>
        <source>Delete this take; undo has it</source>
        <translation>删除这个版本；可以撤销</translation>
    </message>
    <message>
        <source>Render a&amp;pproved takes</source>
        <translation>渲染认可的版本(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Export movie…</source>
        <translation>导出影片(&amp;E)…</translation>
    </message>
    <message>
        <source>Choose how the film is written</source>
        <translation>选择如何写出影片</translation>
    </message>
    <message>
        <source>&amp;Pause the queue</source>
        <translation>暂停队列(&amp;P)</translation>
    </message>
    <message>
        <source>Say where the selected board, sound or movie lies now</source>
        <translation>指出所选分镜图、声音或影片现在的位置</translation>
    </message>
    <message>
        <source>Find missing me&amp;dia…</source>
        <translation>查找丢失的媒体(&amp;D)…</translation>
    </message>
    <message>
        <source>Look for all that is missing in a folder</source>
        <translation>在文件夹中查找所有丢失的文件</translation>
    </message>
    <message>
        <source>Stand still at the next step, and go on from there</source>
        <translation>在下一步停住，之后从那里继续</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>Make the drafts of all shots</source>
        <translation>为所有镜头制作草稿</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>Stop; what was computed stays on disk</source>
        <translation>停止；已算好的保留在磁盘上</translation>
    </message>
    <message>
        <source>Stop t&amp;his pass</source>
        <translation>停止此批次(&amp;H)</translation>
    </message>
    <message>
        <source>Stop this pass; others go on</source>
        <translation>停止此批次；其他继续</translation>
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <translation>播放或暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Play or pause; sound is heard at normal speed</source>
        <translation>播放或暂停；正常速度下有声音</translation>
    </message>
    <message>
        <source>Play &amp;backwards</source>
        <translation>倒放(&amp;B)</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>暂停(&amp;U)</translation>
    </message>
    <message>
        <source>Play &amp;forwards</source>
        <translation>正放(&amp;F)</translation>
    </message>
    <message>
        <source>Play forwards; again: twice as fast, without sound</source>
        <translation>正放；再按一次：两倍速，无声音</translation>
    </message>
    <message>
        <source>L&amp;oop</source>
        <translation>循环(&amp;O)</translation>
    </message>
    <message>
        <source>Play over and over: from in to out, else the selected shot, else the film</source>
        <translation>反复播放：入点到出点，否则选中的镜头，否则整部影片</translation>
    </message>
    <message>
        <source>Previous &amp;frame</source>
        <translation>上一帧(&amp;F)</translation>
    </message>
    <message>
        <source>Next f&amp;rame</source>
        <translation>下一帧(&amp;R)</translation>
    </message>
    <message>
        <source>One second back</source>
        <translation>后退一秒</translation>
    </message>
    <message>
        <source>One second forward</source>
        <translation>前进一秒</translation>
    </message>
    <message>
        <source>To the &amp;start</source>
        <translation>到开头(&amp;S)</translation>
    </message>
    <message>
        <source>To the &amp;end</source>
        <translation>到结尾(&amp;E)</translation>
    </message>
    <message>
        <source>Previous keyframe or cut</source>
        <translation>上一个关键帧或切点</translation>
    </message>
    <message>
        <source>Next keyframe or cut</source>
        <translation>下一个关键帧或切点</translation>
    </message>
    <message>
        <source>Show the &amp;best</source>
        <translation>显示最佳(&amp;B)</translation>
    </message>
    <message>
        <source>Show &amp;boards</source>
        <translation>显示分镜图(&amp;B)</translation>
    </message>
    <message>
        <source>Show &amp;drafts</source>
        <translation>显示草稿(&amp;D)</translation>
    </message>
    <message>
        <source>Show &amp;masters</source>
        <translation>显示母版(&amp;M)</translation>
    </message>
    <message>
        <source>Compare: &amp;wipe</source>
        <translation>比较：划像(&amp;W)</translation>
    </message>
    <message>
        <source>Compare two sides with a line to drag</source>
        <translation>用可拖动的线比较两边</translation>
    </message>
    <message>
        <source>Compare: s&amp;ide by side</source>
        <translation>比较：并排(&amp;I)</translation>
    </message>
    <message>
        <source>Compare: di&amp;fference</source>
        <translation>比较：差异(&amp;F)</translation>
    </message>
    <message>
        <source>Compare with the boa&amp;rd</source>
        <translation>与分镜图比较(&amp;R)</translation>
    </message>
    <message>
        <source>Compare with the drafts</source>
        <translation>与草稿比较</translation>
    </message>
    <message>
        <source>Compare with the masters</source>
        <translation>与母版比较</translation>
    </message>
    <message>
        <source>Picture on the f&amp;ull screen</source>
        <translation>画面全屏(&amp;U)</translation>
    </message>
    <message>
        <source>Picture: fi&amp;t</source>
        <translation>画面：适合(&amp;T)</translation>
    </message>
    <message>
        <source>Picture: &amp;100 %</source>
        <translation>画面:&amp;100 %</translation>
    </message>
    <message>
        <source>Picture: &amp;200 %</source>
        <translation>画面:&amp;200 %</translation>
    </message>
    <message>
        <source>Picture: zoom in</source>
        <translation>画面：放大</translation>
    </message>
    <message>
        <source>Picture: zoom out</source>
        <translation>画面：缩小</translation>
    </message>
    <message>
        <source>Safe &amp;areas</source>
        <translation>安全框(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Thirds</source>
        <translation>三分线(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Captions over the picture</source>
        <translation>画面上的描述(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dissolves between boards</source>
        <translation>分镜图之间叠化(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Save frame as PNG…</source>
        <translation>将帧存为 PNG(&amp;S)…</translation>
    </message>
    <message>
        <source>Copy fra&amp;me</source>
        <translation>复制帧(&amp;M)</translation>
    </message>
    <message>
        <source>Use frame as &amp;keyframe</source>
        <translation>将帧用作关键帧(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Go to timecode…</source>
        <translation>转到时间码(&amp;G)…</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Fit film in timeline</source>
        <translation>时间线显示全片(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Inspector</source>
        <translation>检查器(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Takes</source>
        <translation>版本(&amp;T)</translation>
    </message>
    <message>
        <source>J&amp;oins</source>
        <translation>衔接(&amp;O)</translation>
    </message>
    <message>
        <source>Pre-fl&amp;ight</source>
        <translation>预检(&amp;I)</translation>
    </message>
    <message>
        <source>What Generate will do, and what it takes</source>
        <translation>“生成”会做什么，需要多少</translation>
    </message>
    <message>
        <source>&amp;Jobs</source>
        <translation>任务(&amp;J)</translation>
    </message>
    <message>
        <source>Play the clip while it &amp;forms</source>
        <translation>成形时播放片段(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>Put all panels back where they were at first</source>
        <translation>把所有面板放回最初的位置</translation>
    </message>
    <message>
        <source>Language of the &amp;system</source>
        <translation>系统语言(&amp;S)</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>&amp;Dark theme</source>
        <translation>深色主题(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Light theme</source>
        <translation>浅色主题(&amp;L)</translation>
    </message>
    <message>
        <source>Theme of the &amp;system</source>
        <translation>跟随系统主题(&amp;S)</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>全屏(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Find a command…</source>
        <translation>查找命令(&amp;F)…</translation>
    </message>
    <message>
        <source>Show me &amp;round</source>
        <translation>带我看看(&amp;R)</translation>
    </message>
    <message>
        <source>Seven things to know, shown on the sample film</source>
        <translation>用示例影片介绍七件要事</translation>
    </message>
    <message>
        <source>&amp;Keyboard…</source>
        <translation>键盘(&amp;K)…</translation>
    </message>
    <message>
        <source>Change the keys of the commands</source>
        <translation>更改命令的按键</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>按键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Diagnostics…</source>
        <translation>诊断(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;About SmartDirector</source>
        <translation>关于 SmartDirector(&amp;A)</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message numerus="yes">
        <source>{name} and %n others are there already.</source>
        <comment>{name} and 1 other are there already.</comment>
        <translation>
            <numerusform>{name} 和另外 %n 个文件已存在。</numerusform>
        </translation>
    </message>
    <message>
        <source>First makes {what}: {took}.</source>
        <translation>先制作 {what}：{took}。</translation>
    </message>
    <message>
        <source>{free} are free there; the takes need about {needed} of {here} on the project&apos;s drive.</source>
        <translation>该处可用 {free}；版本约需项目所在磁盘 {here} 中的 {needed}。</translation>
    </message>
    <message>
        <source>No shot has a caption, so none is written.</source>
        <translation>没有镜头带有描述，因此不会写出字幕。</translation>
    </message>
    <message numerus="yes">
        <source>By %n exports on this machine.</source>
        <comment>By 1 export on this machine.</comment>
        <translation>
            <numerusform>依据本机的 %n 次导出。</numerusform>
        </translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} fps</translation>
    </message>
    <message>
        <source>, and {name}</source>
        <translation>，以及 {name}</translation>
    </message>
    <message>
        <source>{name} is there already.</source>
        <translation>{name} 已存在。</translation>
    </message>
    <message>
        <source>First makes {what}; how long that takes is not known.</source>
        <translation>先制作 {what}；所需时间尚不清楚。</translation>
    </message>
    <message>
        <source>Size and time of {label} are not known before its first export here.</source>
        <translation>在本机首次导出之前，{label} 的大小和时间尚不清楚。</translation>
    </message>
    <message>
        <source>Writing takes {took}; its size is not known yet.</source>
        <translation>写出需要 {took}；大小尚不清楚。</translation>
    </message>
    <message>
        <source>{size}; the time of writing is not known yet.</source>
        <translation>{size}；写出时间尚不清楚。</translation>
    </message>
    <message>
        <source>{size}, written in {took}.</source>
        <translation>{size}，写出用时 {took}。</translation>
    </message>
    <message>
        <source>{free} are free there.</source>
        <translation>该处可用 {free}。</translation>
    </message>
    <message>
        <source>{free} are free there; the takes need about {needed}.</source>
        <translation>该处可用 {free}；版本约需 {needed}。</translation>
    </message>
    <message>
        <source>About {size}</source>
        <translation>约 {size}</translation>
    </message>
    <message>
        <source>no sound</source>
        <translation>无声音</translation>
    </message>
    <message>
        <source>Writes the folder {name}</source>
        <translation>写出文件夹 {name}</translation>
    </message>
    <message>
        <source>Writes {name}</source>
        <translation>写出 {name}</translation>
    </message>
    <message>
        <source>Writes {number} folders, {first} to {last}</source>
        <translation>写出 {number} 个文件夹，从 {first} 到 {last}</translation>
    </message>
    <message>
        <source>Writes {number} files, {first} to {last}</source>
        <translation>写出 {number} 个文件，从 {first} 到 {last}</translation>
    </message>
    <message>
        <source>, and {number} {kind} files</source>
        <translation>，以及 {number} 个 {kind} 文件</translation>
    </message>
    <message numerus="yes">
        <source>%n drafts</source>
        <comment>1 draft</comment>
        <translation>
            <numerusform>%n 个草稿</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n masters</source>
        <comment>1 master</comment>
        <translation>
            <numerusform>%n 个母版</numerusform>
        </translation>
    </message>
    <message>
        <source> and </source>
        <translation> 和 </translation>
    </message>
    <message>
        <source>Written as</source>
        <translation>写出为</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>编码器</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Lower is better, and larger</source>
        <translation>数值越低质量越好，文件也越大</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>Another rate keeps the time; frames are repeated or left out</source>
        <translation>换帧率时时长不变；会重复或略去帧</translation>
    </message>
    <message>
        <source>Container</source>
        <translation>封装</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Upright</source>
        <translation>竖屏</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>方形</translation>
    </message>
    <message>
        <source>Wide</source>
        <translation>横屏</translation>
    </message>
    <message>
        <source>Hardware encoders are being looked for</source>
        <translation>正在查找硬件编码器</translation>
    </message>
    <message>
        <source>Only what was tried and works here is listed</source>
        <translation>只列出在本机试过可用的</translation>
    </message>
    <message>
        <source>Film&apos;s, {width}×{height}</source>
        <translation>影片的尺寸，{width}×{height}</translation>
    </message>
    <message>
        <source>Exact…</source>
        <translation>自定…</translation>
    </message>
    <message>
        <source>Film&apos;s, {own} fps</source>
        <translation>影片的帧率，{own} fps</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁切</translation>
    </message>
    <message>
        <source>Fill the frame</source>
        <translation>填满画面</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>加边</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>显示整幅画面</translation>
    </message>
    <message>
        <source>Format&apos;s own ({own})</source>
        <translation>格式默认（{own}）</translation>
    </message>
    <message>
        <source>Nothing is marked yet: I and O mark in and out</source>
        <translation>尚未标记：用 I 和 O 标记入点和出点</translation>
    </message>
    <message>
        <source>A chapter for each shot</source>
        <translation>每个镜头一个章节</translation>
    </message>
    <message>
        <source>Keep the project in the movie</source>
        <translation>在影片中保留项目</translation>
    </message>
    <message>
        <source>The movie opens here again as a film, with captions, seeds and models</source>
        <translation>影片可在此重新作为项目打开，带描述、种子和模型</translation>
    </message>
    <message>
        <source>Prove the footage by hashes</source>
        <translation>用哈希值证明实拍素材未被改动</translation>
    </message>
    <message>
        <source>A file beside the movie says, frame by frame, that footage went in unaltered</source>
        <translation>影片旁的文件逐帧说明实拍素材原样收入</translation>
    </message>
    <message>
        <source>Timecode of the first frame</source>
        <translation>首帧时间码</translation>
    </message>
    <message>
        <source>none, or such as 01:00:00:00</source>
        <translation>无，或如 01:00:00:00</translation>
    </message>
    <message>
        <source>C2PA certificate</source>
        <translation>C2PA 证书</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>私钥</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Starts at</source>
        <translation>起始于</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>What is marked: {length}</source>
        <translation>已标记：{length}</translation>
    </message>
    <message>
        <source>a PEM file of your own</source>
        <translation>您自己的 PEM 文件</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Browse for the {words}</source>
        <translation>浏览{words}</translation>
    </message>
    <message>
        <source>Whole film</source>
        <translation>整部影片</translation>
    </message>
    <message>
        <source>In to out</source>
        <translation>入点到出点</translation>
    </message>
    <message>
        <source>What is marked</source>
        <translation>已标记的部分</translation>
    </message>
    <message>
        <source>Each shot</source>
        <translation>每个镜头</translation>
    </message>
    <message>
        <source>Every shot goes into a file of its own</source>
        <translation>每个镜头写成单独的文件</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>A file beside the movie, for players and editors</source>
        <translation>影片旁的文件，供播放器和剪辑软件使用</translation>
    </message>
    <message>
        <source>A file beside the movie, for web pages</source>
        <translation>影片旁的文件，供网页使用</translation>
    </message>
    <message>
        <source>In the picture</source>
        <translation>画面内</translation>
    </message>
    <message>
        <source>Drawn over the frames</source>
        <translation>绘制在画面上</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>{purpose}.</source>
        <translation>{purpose}。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Put it into the queue (Ctrl+Enter)</source>
        <translation>放入队列（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Browse for the folder</source>
        <translation>浏览文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>What is there now is lost when the new is whole</source>
        <translation>新文件写完后，现有内容即丢失</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Every field, as it stands now</source>
        <translation>所有设置，按现在的样子</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Save as preset…</source>
        <translation>存为预设…</translation>
    </message>
    <message>
        <source>Keep what is chosen under a name</source>
        <translation>以名称保存当前选择</translation>
    </message>
    <message>
        <source>Delete this preset</source>
        <translation>删除此预设</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Name, then Enter</source>
        <translation>输入名称后按回车</translation>
    </message>
    <message>
        <source>H.264, 8 bit</source>
        <translation>H.264，8 位</translation>
    </message>
    <message>
        <source>plays everywhere</source>
        <translation>到处都能播放</translation>
    </message>
    <message>
        <source>H.265, 8 bit</source>
        <translation>H.265，8 位</translation>
    </message>
    <message>
        <source>smaller than H.264; newer devices</source>
        <translation>比 H.264 更小；适合较新的设备</translation>
    </message>
    <message>
        <source>H.265, 10 bit</source>
        <translation>H.265，10 位</translation>
    </message>
    <message>
        <source>smooth gradients; newer devices</source>
        <translation>渐变平滑；适合较新的设备</translation>
    </message>
    <message>
        <source>AV1, 10 bit</source>
        <translation>AV1，10 位</translation>
    </message>
    <message>
        <source>the smallest; for the web</source>
        <translation>最小；用于网络</translation>
    </message>
    <message>
        <source>ProRes 422, 10 bit</source>
        <translation>ProRes 422，10 位</translation>
    </message>
    <message>
        <source>for cutting; smaller</source>
        <translation>用于剪辑；较小</translation>
    </message>
    <message>
        <source>ProRes 422 HQ, 10 bit</source>
        <translation>ProRes 422 HQ，10 位</translation>
    </message>
    <message>
        <source>for cutting and grading</source>
        <translation>用于剪辑和调色</translation>
    </message>
    <message>
        <source>ProRes 4444, 10 bit</source>
        <translation>ProRes 4444，10 位</translation>
    </message>
    <message>
        <source>for grading; full chroma</source>
        <translation>用于调色；全色度</translation>
    </message>
    <message>
        <source>DNxHR HQ, 8 bit</source>
        <translation>DNxHR HQ，8 位</translation>
    </message>
    <message>
        <source>for cutting in Avid</source>
        <translation>用于在 Avid 中剪辑</translation>
    </message>
    <message>
        <source>DNxHR HQX, 10 bit</source>
        <translation>DNxHR HQX，10 位</translation>
    </message>
    <message>
        <source>for cutting and grading in Avid</source>
        <translation>用于在 Avid 中剪辑和调色</translation>
    </message>
    <message>
        <source>FFV1, 10 bit, lossless</source>
        <translation>FFV1，10 位，无损</translation>
    </message>
    <message>
        <source>for the archive: the master bit for bit</source>
        <translation>用于存档：与母版逐位相同</translation>
    </message>
    <message>
        <source>PNG pictures, 8 bit</source>
        <translation>PNG 图片，8 位</translation>
    </message>
    <message>
        <source>one picture a frame, for any program</source>
        <translation>每帧一张图片，适合任何程序</translation>
    </message>
    <message>
        <source>PNG pictures, 16 bit</source>
        <translation>PNG 图片，16 位</translation>
    </message>
    <message>
        <source>one picture a frame, for compositing</source>
        <translation>每帧一张图片，用于合成</translation>
    </message>
    <message>
        <source>OpenEXR pictures, half float</source>
        <translation>OpenEXR 图片，半精度浮点</translation>
    </message>
    <message>
        <source>linear light, for compositing</source>
        <translation>线性光，用于合成</translation>
    </message>
    <message>
        <source>GIF</source>
        <translation>GIF</translation>
    </message>
    <message>
        <source>short loops in chats and pages</source>
        <translation>聊天和网页中的短循环</translation>
    </message>
    <message>
        <source>WebP</source>
        <translation>WebP</translation>
    </message>
    <message>
        <source>short loops, smaller and cleaner than GIF</source>
        <translation>短循环，比 GIF 更小更干净</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>NVIDIA NVENC</source>
        <translation>NVIDIA NVENC</translation>
    </message>
    <message>
        <source>Apple VideoToolbox</source>
        <translation>Apple VideoToolbox</translation>
    </message>
    <message>
        <source>Intel Quick Sync</source>
        <translation>Intel Quick Sync</translation>
    </message>
    <message>
        <source>AMD AMF</source>
        <translation>AMD AMF</translation>
    </message>
    <message>
        <source>Certificates and keys (*.pem *.crt *.cer *.key)</source>
        <translation>证书和密钥 (*.pem *.crt *.cer *.key)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>Forming</name>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Kept · </source>
        <translation>已保留 · </translation>
    </message>
    <message>
        <source>Stop this pass; what was computed stays</source>
        <translation>停止此批次；已算好的保留</translation>
    </message>
    <message>
        <source>Keep it as it is going</source>
        <translation>照此保留</translation>
    </message>
    <message>
        <source>Re-roll: stop now, and begin anew</source>
        <translation>重做：现在停止并重新开始</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Crop of the image</source>
        <translation>图像的裁切</translation>
    </message>
    <message>
        <source>Arrow keys move the image, or the part of it that is used</source>
        <translation>方向键移动图像，或移动所用的部分</translation>
    </message>
    <message>
        <source>Drag to choose the part of the image that is used</source>
        <translation>拖动以选择所用的图像部分</translation>
    </message>
    <message>
        <source>Drag to place the image in the frame</source>
        <translation>拖动以在画框中放置图像</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Caption of the film</source>
        <translation>影片的描述</translation>
    </message>
    <message>
        <source>What holds for all shots: place, people, light, style.</source>
        <translation>所有镜头共有的：地点、人物、光线、风格。</translation>
    </message>
    <message>
        <source>Frame size</source>
        <translation>画面尺寸</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Re-roll the seed: the next take differs</source>
        <translation>换种子：下一个版本会不同</translation>
    </message>
    <message>
        <source>Re-roll the seed</source>
        <translation>换种子</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} fps</translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation>重置{name}</translation>
    </message>
    <message>
        <source>Starter (built in)</source>
        <translation>入门（内置）</translation>
    </message>
    <message>
        <source>Write a size as width × height, such as 1920 × 1080.</source>
        <translation>请把尺寸写成宽 × 高，例如 1920 × 1080。</translation>
    </message>
    <message>
        <source>Choose a model folder for masters</source>
        <translation>选择母版的模型文件夹</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>{title}: leave everything to the model</source>
        <translation>{title}：全部交给模型</translation>
    </message>
    <message>
        <source>{count} set</source>
        <translation>已设 {count} 项</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Solver</source>
        <translation>求解器</translation>
    </message>
    <message>
        <source>Negative caption</source>
        <translation>反向描述</translation>
    </message>
    <message>
        <source>What guidance leads away from. Needs guidance above 1.</source>
        <translation>引导所要避开的内容。需要引导大于 1。</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>Model for masters</source>
        <translation>母版模型</translation>
    </message>
    <message>
        <source>Steps of the master</source>
        <translation>母版步数</translation>
    </message>
    <message>
        <source>Noise over the draft</source>
        <translation>草稿上的噪声</translation>
    </message>
    <message>
        <source>How much may be made anew; 0 keeps to the draft</source>
        <translation>可以重做多少；0 为完全依照草稿</translation>
    </message>
    <message>
        <source>Upsampling</source>
        <translation>放大方式</translation>
    </message>
    <message>
        <source>Colour at boards</source>
        <translation>分镜图处的颜色</translation>
    </message>
    <message>
        <source>What is done about a step in colour where boards stand</source>
        <translation>如何处理分镜图处的颜色跳变</translation>
    </message>
    <message>
        <source>Seed of {shots}; empty is the film&apos;s</source>
        <translation>{shots}的种子；留空则用影片的</translation>
    </message>
    <message>
        <source>{shots}: the take is kept; let go of it</source>
        <translation>{shots}：版本已保留；点此取消</translation>
    </message>
    <message>
        <source>{shots}: keep the take, whatever else changes</source>
        <translation>{shots}：无论其他如何改变都保留版本</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>1 to 1000</source>
        <translation>1 到 1000</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Memory limit in GiB</source>
        <translation>内存上限(GiB)</translation>
    </message>
    <message>
        <source>Device memory to stay within, in GiB; empty: what is free</source>
        <translation>设备内存的上限，单位 GiB;留空：用空闲的</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Attention backend</source>
        <translation>注意力后端</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Residual caching</source>
        <translation>残差缓存</translation>
    </message>
    <message>
        <source>Reuse what hardly changes between steps: 0.05 to 0.2 is faster and less exact</source>
        <translation>重用各步之间几乎不变的内容：0.05 到 0.2 更快但不太精确</translation>
    </message>
    <message>
        <source>Caching</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>GPUs that share a pass</source>
        <translation>分担一个批次的 GPU</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU 数</translation>
    </message>
    <message>
        <source>Compile: faster after a minute</source>
        <translation>编译：一分钟后更快</translation>
    </message>
    <message>
        <source>Weights in 8 bits: less exact</source>
        <translation>8 位权重：不太精确</translation>
    </message>
    <message>
        <source>Half the memory and faster on new GPUs; pixels move a little</source>
        <translation>内存减半，新 GPU 上更快；像素略有变化</translation>
    </message>
    <message>
        <source>This machine: as the program would use it</source>
        <translation>本机：由程序决定</translation>
    </message>
    <message>
        <source>What is free</source>
        <translation>空闲的部分</translation>
    </message>
    <message>
        <source>Torch&apos;s choice</source>
        <translation>由 Torch 决定</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>One</source>
        <translation>一个</translation>
    </message>
    <message>
        <source>{words}; leave it empty for the program&apos;s choice.</source>
        <translation>{words}；留空则由程序决定。</translation>
    </message>
    <message>
        <source>Memory takes gibibytes above 0</source>
        <translation>内存须为大于 0 的 GiB 数</translation>
    </message>
    <message>
        <source>Caching takes 0 to 1</source>
        <translation>缓存须为 0 到 1</translation>
    </message>
    <message>
        <source>GPUs takes 1 to 64</source>
        <translation>GPU 数须为 1 到 64</translation>
    </message>
    <message>
        <source>This value for {part} cannot be used.</source>
        <translation>{part} 的这个值不能使用。</translation>
    </message>
    <message>
        <source>Keyframe</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>Strength of the keyframe</source>
        <translation>关键帧的强度</translation>
    </message>
    <message>
        <source>100 %: the picture is pinned. Less: it guides, and the film may depart from it.</source>
        <translation>100 %:画面固定。更低：只作引导，影片可以偏离它。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Requested frame in the shot</source>
        <translation>镜头中所求的帧</translation>
    </message>
    <message>
        <source>Requested and used frame of the film</source>
        <translation>影片中所求和所用的帧</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>Exactly on this frame</source>
        <translation>精确放在此帧</translation>
    </message>
    <message>
        <source>Replace image…</source>
        <translation>替换图像…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the keyframe</source>
        <translation>删除关键帧</translation>
    </message>
    <message>
        <source>Fit of the image</source>
        <translation>图像的适配</translation>
    </message>
    <message>
        <source>Bars beside the image</source>
        <translation>图像旁的边条</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>边条</translation>
    </message>
    <message>
        <source>  (on the grid)</source>
        <translation>  （在网格上）</translation>
    </message>
    <message>
        <source>asked {requested}, used {used}{offset}</source>
        <translation>所求 {requested}，所用 {used}{offset}</translation>
    </message>
    <message>
        <source>at no cost</source>
        <translation>不增加开销</translation>
    </message>
    <message numerus="yes">
        <source>+%n latent frames</source>
        <comment>+1 latent frame</comment>
        <translation>
            <numerusform>+%n 潜帧</numerusform>
        </translation>
    </message>
    <message>
        <source>Exactly on this frame  ({cost})</source>
        <translation>精确放在此帧 ({cost})</translation>
    </message>
    <message>
        <source>Stand exactly on the requested frame; free heads before it shift the grid.</source>
        <translation>精确放在所求帧上；其前的空块首会移动网格。</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填满</translation>
    </message>
    <message>
        <source>Fill the frame; what does not fit in is cropped</source>
        <translation>填满画框；放不下的部分被裁掉</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Show the whole image, with bars beside it</source>
        <translation>显示完整图像，旁边加边条</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>黑色</translation>
    </message>
    <message>
        <source>Black bars</source>
        <translation>黑色边条</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>A blurred, darker copy of the image behind it</source>
        <translation>图像后面衬一层更暗的模糊副本</translation>
    </message>
    <message>
        <source>Edge</source>
        <translation>边色</translation>
    </message>
    <message>
        <source>Sound of new frames</source>
        <translation>新画面的声音</translation>
    </message>
    <message>
        <source>Footage</source>
        <translation>素材</translation>
    </message>
    <message>
        <source>Shows</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Fit of the movie</source>
        <translation>影片的适配方式</translation>
    </message>
    <message>
        <source>Bars beside the movie</source>
        <translation>影片两侧的边条</translation>
    </message>
    <message>
        <source>Sound track of the movie</source>
        <translation>影片的音轨</translation>
    </message>
    <message>
        <source>Gain of the movie</source>
        <translation>影片的增益</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>音轨</translation>
    </message>
    <message>
        <source>Length of new frames</source>
        <translation>新画面的时长</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>How cuts are found</source>
        <translation>查找剪切点的方法</translation>
    </message>
    <message>
        <source>Sensitivity to cuts</source>
        <translation>对剪切点的灵敏度</translation>
    </message>
    <message>
        <source>More finds more cuts</source>
        <translation>越高找到的剪切点越多</translation>
    </message>
    <message>
        <source>Cuts</source>
        <translation>剪切点</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>灵敏度</translation>
    </message>
    <message>
        <source>{fps} fps</source>
        <translation>{fps} 帧/秒</translation>
    </message>
    <message>
        <source>Frames {first} to {last} of {count}</source>
        <translation>第 {first} 至 {last} 帧，共 {count} 帧</translation>
    </message>
    <message numerus="yes">
        <source>%n sound tracks</source>
        <comment>1 sound track</comment>
        <translation>
            <numerusform>%n 条音轨</numerusform>
        </translation>
    </message>
    <message>
        <source>no sound</source>
        <translation>无声音</translation>
    </message>
    <message>
        <source>Crop it to the frame</source>
        <translation>裁剪到画框</translation>
    </message>
    <message>
        <source>Show all of it</source>
        <translation>完整显示</translation>
    </message>
    <message>
        <source>A blurred copy behind it</source>
        <translation>后面衬一层模糊的画面</translation>
    </message>
    <message>
        <source>Bars in its edge&apos;s colour</source>
        <translation>边条取画面边缘的颜色</translation>
    </message>
    <message>
        <source>Track {number}</source>
        <translation>音轨 {number}</translation>
    </message>
    <message>
        <source>Bars in the colour of the image&apos;s edge</source>
        <translation>边条取图像边缘的颜色</translation>
    </message>
    <message>
        <source>Weight of LoRA {name}</source>
        <translation>LoRA {name} 的权重</translation>
    </message>
    <message>
        <source>Remove LoRA {name}</source>
        <translation>移除 LoRA {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Add LoRA…</source>
        <translation>添加 LoRA…</translation>
    </message>
    <message>
        <source>A safetensors file for the model; its weight is beside it</source>
        <translation>供模型使用的 safetensors 文件；旁边是其权重</translation>
    </message>
    <message>
        <source>Offline: {name} is not where it was.</source>
        <translation>离线：{name} 已不在原处。</translation>
    </message>
    <message>
        <source>Relink</source>
        <translation>重新链接</translation>
    </message>
    <message>
        <source>Model&apos;s own ({value})</source>
        <translation>模型自带({value})</translation>
    </message>
    <message>
        <source>Model&apos;s own</source>
        <translation>模型自带</translation>
    </message>
    <message>
        <source>Back to the model&apos;s own</source>
        <translation>恢复模型自带</translation>
    </message>
    <message>
        <source>Boards at {times}{more} s; the shot ends at {length_s:g} s</source>
        <translation>分镜图在 {times}{more} 秒；镜头在 {length_s:g} 秒结束</translation>
    </message>
    <message>
        <source>All boards hold equally long; the shot keeps its length</source>
        <translation>所有分镜图等长；镜头长度不变</translation>
    </message>
    <message>
        <source>Pacing of the shot</source>
        <translation>镜头的节奏</translation>
    </message>
    <message>
        <source>As it stands</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>Re-time the boards of this shot; hover to see it in the timeline</source>
        <translation>重排此镜头分镜图的时间；悬停可在时间线上预览</translation>
    </message>
    <message>
        <source>More about pacings</source>
        <translation>节奏的更多选项</translation>
    </message>
    <message>
        <source>Keep this shot&apos;s pacing, rename and delete your own</source>
        <translation>保存此镜头的节奏，重命名或删除自己的节奏</translation>
    </message>
    <message>
        <source>Name of the pacing</source>
        <translation>节奏的名称</translation>
    </message>
    <message>
        <source>Name, then Enter</source>
        <translation>输入名称后按回车</translation>
    </message>
    <message>
        <source>Keep the shot&apos;s length</source>
        <translation>保持镜头长度</translation>
    </message>
    <message>
        <source>Scale a pacing to the shot; otherwise the shot gets the pacing&apos;s length</source>
        <translation>把节奏缩放到镜头；否则镜头取节奏的长度</translation>
    </message>
    <message>
        <source>Save this shot&apos;s pacing as…</source>
        <translation>将此镜头的节奏存为…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>检查器</translation>
    </message>
    <message>
        <source>Seed of these shots</source>
        <translation>这些镜头的种子</translation>
    </message>
    <message>
        <source>Re-roll the seed of these shots</source>
        <translation>给这些镜头换种子</translation>
    </message>
    <message>
        <source>Keep the take, whatever else changes</source>
        <translation>无论其他如何改变都保留版本</translation>
    </message>
    <message>
        <source>{seed} (film)</source>
        <translation>{seed}（影片）</translation>
    </message>
    <message>
        <source>{name} in per cent</source>
        <translation>{name}（百分比）</translation>
    </message>
    <message numerus="yes">
        <source>%n passes</source>
        <comment>pass</comment>
        <translation>
            <numerusform>%n 个批次</numerusform>
        </translation>
    </message>
    <message>
        <source>Shot</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Caption of the shot</source>
        <translation>镜头的描述</translation>
    </message>
    <message>
        <source>What happens in this shot. Empty is fine.</source>
        <translation>这个镜头里发生什么。可以留空。</translation>
    </message>
    <message>
        <source>Length in frames</source>
        <translation>长度（帧）</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> 帧</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Join to the next shot</source>
        <translation>与下一镜头的衔接</translation>
    </message>
    <message>
        <source>To next</source>
        <translation>至下镜</translation>
    </message>
    <message>
        <source>Pacing</source>
        <translation>节奏</translation>
    </message>
    <message>
        <source>Shot {number}</source>
        <translation>镜头 {number}</translation>
    </message>
    <message>
        <source>{noun} of {latents} latent frames</source>
        <translation>{noun}，{latents} 潜帧</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>硬切</translation>
    </message>
    <message>
        <source>The next shot begins with a hard cut</source>
        <translation>下一镜头以硬切开始</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>延续</translation>
    </message>
    <message>
        <source>The movement goes on into the next shot</source>
        <translation>动作延续到下一镜头</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>First frame of the sound</source>
        <translation>声音的首帧</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>Fade in</source>
        <translation>淡入</translation>
    </message>
    <message>
        <source>Fade out</source>
        <translation>淡出</translation>
    </message>
    <message>
        <source>Muted</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>shows a movie</source>
        <translation>显示影片</translation>
    </message>
    <message>
        <source>Begins</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>Lasts</source>
        <translation>时长</translation>
    </message>
    <message numerus="yes">
        <source>%n frames, {length}</source>
        <comment>1 frame, {length}</comment>
        <translation>
            <numerusform>%n 帧，{length}</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a model folder…</source>
        <translation>选择模型文件夹…</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Nothing is heard beside the movie</source>
        <translation>影片旁边没有声音</translation>
    </message>
    <message>
        <source>Room tone</source>
        <translation>环境声</translation>
    </message>
    <message>
        <source>The quietest second of the movie goes on</source>
        <translation>影片最安静的一秒循环延续</translation>
    </message>
    <message>
        <source>Fade</source>
        <translation>渐弱</translation>
    </message>
    <message>
        <source>The room tone goes away</source>
        <translation>环境声逐渐消失</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>轻量</translation>
    </message>
    <message>
        <source>PySceneDetect: quick, hard cuts only</source>
        <translation>PySceneDetect：快速，只认硬切</translation>
    </message>
    <message>
        <source>TransNetV2</source>
        <translation>TransNetV2</translation>
    </message>
    <message>
        <source>A net: finds dissolves as well; has to be installed</source>
        <translation>神经网络：也能找到叠化；需要另行安装</translation>
    </message>
    <message>
        <source>Extend before</source>
        <translation>向前延伸</translation>
    </message>
    <message>
        <source>Extend after</source>
        <translation>向后延伸</translation>
    </message>
    <message>
        <source>Bridge to next</source>
        <translation>衔接到下一段</translation>
    </message>
    <message>
        <source>Split into shots</source>
        <translation>拆分成镜头</translation>
    </message>
    <message>
        <source>Upscale with Director-SR</source>
        <translation>放大到片子尺寸</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>替换…</translation>
    </message>
    <message>
        <source>Relink…</source>
        <translation>重新链接…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Latent</source>
        <translation>潜空间</translation>
    </message>
    <message>
        <source>Pixel</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Guided</source>
        <translation>引导</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>匹配</translation>
    </message>
    <message>
        <source>The board&apos;s pixels</source>
        <translation>分镜图的像素</translation>
    </message>
    <message>
        <source>More steps: slower, finer</source>
        <translation>步数越多：越慢，越精细</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导</translation>
    </message>
    <message>
        <source>0 to 100</source>
        <translation>0 到 100</translation>
    </message>
    <message>
        <source>How much captions count; 1 is off</source>
        <translation>描述的影响程度；1 为关</translation>
    </message>
    <message>
        <source>Guided at</source>
        <translation>引导区间</translation>
    </message>
    <message>
        <source>two numbers in 0 to 1, such as 0.2 to 0.8</source>
        <translation>0 到 1 之间的两个数，例如 0.2 到 0.8</translation>
    </message>
    <message>
        <source>Noise levels between which guidance works</source>
        <translation>引导起作用的噪声区间</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>above 0 to 100</source>
        <translation>大于 0 到 100</translation>
    </message>
    <message>
        <source>More: longer at high noise, bolder motion</source>
        <translation>越大：在高噪声处越久，动作越大</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>专注</translation>
    </message>
    <message>
        <source>above 0 to 20</source>
        <translation>大于 0 到 20</translation>
    </message>
    <message>
        <source>How much a shot keeps to its own caption; 4 is strong</source>
        <translation>镜头依照自己描述的程度；4 为强</translation>
    </message>
</context>
<context>
    <name>Interchange</name>
    <message>
        <source>Import a timeline or storyboard</source>
        <translation>导入时间线或分镜</translation>
    </message>
    <message>
        <source>Import a folder of boards</source>
        <translation>导入分镜图文件夹</translation>
    </message>
    <message>
        <source>From the root (absolute)</source>
        <translation>从根目录（绝对）</translation>
    </message>
    <message>
        <source>From the file (relative)</source>
        <translation>从文件（相对）</translation>
    </message>
    <message>
        <source>Timecode of the first frame</source>
        <translation>首帧的时间码</translation>
    </message>
    <message>
        <source>Drop frame</source>
        <translation>丢帧</translation>
    </message>
    <message>
        <source>Timecode that follows the clock</source>
        <translation>跟随时钟的时间码</translation>
    </message>
    <message>
        <source>Choose place…</source>
        <translation>选择位置…</translation>
    </message>
    <message>
        <source>Export timeline</source>
        <translation>导出时间线</translation>
    </message>
    <message>
        <source>Export storyboard</source>
        <translation>导出分镜</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>{title} could not be made; the window says why.</source>
        <translation>{title}未能完成；原因见窗口。</translation>
    </message>
    <message>
        <source>{title} is written.</source>
        <translation>{title}已写出。</translation>
    </message>
    <message numerus="yes">
        <source>%n takes are ready.</source>
        <comment>1 take is ready.</comment>
        <translation>
            <numerusform>%n 个版本已就绪。</numerusform>
        </translation>
    </message>
    <message>
        <source>{title}: the take is ready.</source>
        <translation>{title}：版本已就绪。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Done in {duration}</source>
        <translation>用时 {duration}</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Interrupted; it can go on</source>
        <translation>已中断；可以继续</translation>
    </message>
    <message>
        <source>Earlier in the queue</source>
        <translation>在队列中提前</translation>
    </message>
    <message>
        <source>Later in the queue</source>
        <translation>在队列中推后</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Stop this job; what was computed stays</source>
        <translation>停止此任务；已算好的保留</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Pause or resume the queue</source>
        <translation>暂停或继续队列</translation>
    </message>
    <message>
        <source>Clear done</source>
        <translation>清除已完成</translation>
    </message>
    <message>
        <source>Take finished, failed and stopped jobs off the list</source>
        <translation>从列表中移除已完成、失败和已停止的任务</translation>
    </message>
    <message>
        <source>Nothing to do. Generate makes drafts.</source>
        <translation>没有任务。“生成”会制作草稿。</translation>
    </message>
    <message>
        <source>Show jobs that wait longer or were done earlier</source>
        <translation>显示等待更久或更早完成的任务</translation>
    </message>
    <message numerus="yes">
        <source>Show more (%n not shown)</source>
        <comment>Show one more</comment>
        <translation>
            <numerusform>显示更多（还有 %n 项未显示）</numerusform>
        </translation>
    </message>
    <message>
        <source>{fraction:.0%} done</source>
        <translation>已完成 {fraction:.0%}</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>What the engine does</source>
        <translation>引擎正在做什么</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>当前任务的进度</translation>
    </message>
    <message>
        <source>  ·  {waiting} waiting</source>
        <translation>  ·  {waiting} 个等待</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Paused, {waiting} waiting</source>
        <translation>已暂停，{waiting} 个等待</translation>
    </message>
    <message>
        <source>Ready to go on</source>
        <translation>可以继续</translation>
    </message>
    <message>
        <source>{step} of {num_steps}</source>
        <translation>{step}/{num_steps}</translation>
    </message>
    <message>
        <source>{duration} left</source>
        <translation>剩余 {duration}</translation>
    </message>
    <message>
        <source>Paused  ·  {waiting} waiting</source>
        <translation>已暂停  ·  {waiting} 个等待</translation>
    </message>
</context>
<context>
    <name>Keyboard</name>
    <message>
        <source>Press the key now…</source>
        <translation>请按键…</translation>
    </message>
    <message>
        <source>Click here and press a key to add it</source>
        <translation>点这里再按键即可添加</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Give this command the preset&apos;s keys again</source>
        <translation>恢复此命令的预设按键</translation>
    </message>
    <message>
        <source>Use it here instead</source>
        <translation>改用在这里</translation>
    </message>
    <message>
        <source>Leave it there</source>
        <translation>留在原处</translation>
    </message>
    <message>
        <source>Select a command above</source>
        <translation>请在上面选择命令</translation>
    </message>
    <message>
        <source>Take {shown_key} off this command</source>
        <translation>从此命令去掉 {shown_key}</translation>
    </message>
    <message>
        <source>{shown_key} is a key of this command already.</source>
        <translation>{shown_key} 已是此命令的按键。</translation>
    </message>
    <message>
        <source>That key cannot be given to a command.</source>
        <translation>这个键不能分配给命令。</translation>
    </message>
    <message>
        <source>{shown_key} is the key of “{title_of}”.</source>
        <translation>{shown_key} 是“{title_of}”的按键。</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>清空列表</translation>
    </message>
    <message>
        <source>Forget those that are not found</source>
        <translation>移除找不到的</translation>
    </message>
    <message>
        <source>{film} (not found)</source>
        <translation>{film}（找不到）</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Shot</source>
        <translation>镜头(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Pacing</source>
        <translation>节奏(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Keyframe</source>
        <translation>关键帧(&amp;K)</translation>
    </message>
    <message>
        <source>Foot&amp;age</source>
        <translation>素材(&amp;A)</translation>
    </message>
    <message>
        <source>S&amp;ound</source>
        <translation>声音(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Mark</source>
        <translation>标记(&amp;M)</translation>
    </message>
    <message>
        <source>Marker &amp;colour</source>
        <translation>标记颜色(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Take</source>
        <translation>版本(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>主题(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言 Language(&amp;L)</translation>
    </message>
    <message>
        <source>P&amp;icture</source>
        <translation>画面(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Marker colour: {lower}</source>
        <translation>标记颜色：{lower}</translation>
    </message>
    <message>
        <source>Rate the take {words}</source>
        <translation>给版本评分 {words}</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>A command, a shot or its caption, a marker…</source>
        <translation>命令、镜头或其描述、标记…</translation>
    </message>
    <message>
        <source>What to find</source>
        <translation>查找内容</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
    <message>
        <source>Nothing is called like that.</source>
        <translation>没有找到这样的名称。</translation>
    </message>
    <message>
        <source>not now: {why_not}</source>
        <translation>当前不可用：{why_not}</translation>
    </message>
    <message>
        <source>not now</source>
        <translation>当前不可用</translation>
    </message>
    <message>
        <source>select a shot first</source>
        <translation>请先选择镜头</translation>
    </message>
    <message>
        <source>select a keyframe first</source>
        <translation>请先选择关键帧</translation>
    </message>
    <message>
        <source>select a shot with boards first</source>
        <translation>请先选择有分镜图的镜头</translation>
    </message>
    <message>
        <source>select a shot, a keyframe or a sound first</source>
        <translation>请先选择镜头、关键帧或声音</translation>
    </message>
    <message>
        <source>nothing is selected</source>
        <translation>未选择任何内容</translation>
    </message>
    <message>
        <source>select a marker first</source>
        <translation>请先选择标记</translation>
    </message>
    <message>
        <source>the film has no marker</source>
        <translation>影片没有标记</translation>
    </message>
    <message>
        <source>neither point is set</source>
        <translation>入点和出点都未设置</translation>
    </message>
    <message>
        <source>needs a shot</source>
        <translation>需要镜头</translation>
    </message>
    <message>
        <source>select a shot that shows a movie first</source>
        <translation>请先选择显示影片的镜头</translation>
    </message>
    <message>
        <source>select a board, a sound or a movie first</source>
        <translation>请先选择分镜图、声音或影片</translation>
    </message>
    <message>
        <source>select a sound first</source>
        <translation>请先选择声音</translation>
    </message>
    <message>
        <source>no job is under way</source>
        <translation>没有任务在进行</translation>
    </message>
    <message>
        <source>no pass is being made</source>
        <translation>没有正在制作的批次</translation>
    </message>
    <message>
        <source>nothing to undo</source>
        <translation>没有可撤销的操作</translation>
    </message>
    <message>
        <source>nothing to redo</source>
        <translation>没有可重做的操作</translation>
    </message>
    <message>
        <source>needs a shot whose take is not kept</source>
        <translation>需要一个版本未被保留的镜头</translation>
    </message>
    <message>
        <source>choose a take first</source>
        <translation>请先选择版本</translation>
    </message>
    <message>
        <source>choose a take that fits and is not in use</source>
        <translation>请选择相符且未在使用的版本</translation>
    </message>
    <message>
        <source>choose a take that is not in use</source>
        <translation>请选择未在使用的版本</translation>
    </message>
    <message>
        <source>no approved take waits for its master</source>
        <translation>没有等待做母版的认可版本</translation>
    </message>
</context>
<context>
    <name>Preflight</name>
    <message>
        <source>What Generate would take</source>
        <translation>“生成”需要多少</translation>
    </message>
    <message numerus="yes">
        <source> · %n problems</source>
        <comment> · 1 problem</comment>
        <translation>
            <numerusform> · %n 个问题</numerusform>
        </translation>
    </message>
    <message>
        <source>Pre-flight</source>
        <translation>预检</translation>
    </message>
    <message>
        <source>Nothing stands in the way.</source>
        <translation>没有障碍。</translation>
    </message>
    <message>
        <source>No shots yet.</source>
        <translation>还没有镜头。</translation>
    </message>
    <message>
        <source>and {hidden} more like these</source>
        <translation>另有 {hidden} 项类似</translation>
    </message>
    <message>
        <source>problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>note</source>
        <translation>提示</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source> ({others} more could not be used either.)</source>
        <translation>（另有 {others} 个也不能使用。）</translation>
    </message>
    <message>
        <source> {left} of its commands are not in this version.</source>
        <translation>其中 {left} 个命令不在此版本中。</translation>
    </message>
    <message>
        <source>A caption for each shot</source>
        <translation>每个镜头一段描述</translation>
    </message>
    <message>
        <source>A divided shot takes no settings from a take; use a take that was made from it.</source>
        <translation>被拆分的镜头不能从版本取设置；请使用由它做出的版本。</translation>
    </message>
    <message>
        <source>A file&apos;s name cannot hold {letter}.</source>
        <translation>文件名中不能有 {letter}。</translation>
    </message>
    <message>
        <source>A film of {width}×{height} fits.</source>
        <translation>{width}×{height} 的影片放得下。</translation>
    </message>
    <message>
        <source>A folder with one picture for each frame, for compositing.</source>
        <translation>一个文件夹，每帧一张图片，用于合成。</translation>
    </message>
    <message>
        <source>A frame is 64 to 8192 pixels wide and high; choose another size.</source>
        <translation>画面宽高应为 64 到 8192 像素；请选择其他尺寸。</translation>
    </message>
    <message>
        <source>A job was under way when the program ended; go on with it?</source>
        <translation>程序结束时有一个任务正在进行；要继续吗？</translation>
    </message>
    <message>
        <source>A keyframe or the shot&apos;s end is in the way; move it or trim less.</source>
        <translation>被关键帧或镜头末尾挡住了；请移开它或少修剪一些。</translation>
    </message>
    <message>
        <source>A movie is not where it was; relink it before the film changes its rate.</source>
        <translation>有影片已不在原处；请先重新链接，再更改片子的帧率。</translation>
    </message>
    <message>
        <source>A pacing needs a name.</source>
        <translation>节奏需要名称。</translation>
    </message>
    <message>
        <source>A pass of up to {seconds} s fits: cut the shots or divide them by a board.</source>
        <translation>最长 {seconds} 秒的批次放得下：请切短镜头或用分镜图拆分。</translation>
    </message>
    <message>
        <source>A project cannot be saved inside itself; choose another place.</source>
        <translation>项目不能保存在自身之内；请选择其他位置。</translation>
    </message>
    <message>
        <source>A short loop for chats and pages, without sound.</source>
        <translation>用于聊天和网页的短循环，无声音。</translation>
    </message>
    <message>
        <source>A shot needs at least one frame.</source>
        <translation>镜头至少需要一帧。</translation>
    </message>
    <message>
        <source>A shot of {length} frames has no room for {num_boards} boards; lengthen it first.</source>
        <translation>{length} 帧的镜头放不下 {num_boards} 张分镜图；请先加长。</translation>
    </message>
    <message>
        <source>A shot that shows a movie takes no keyframes; drop the picture on a shot beside it.</source>
        <translation>显示影片的镜头不能放关键帧；请把图片放到旁边的镜头上。</translation>
    </message>
    <message>
        <source>About {needed} will be written, {free} are free.</source>
        <translation>约需写入 {needed}，空闲 {free}。</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Add LoRA</source>
        <translation>添加 LoRA</translation>
    </message>
    <message>
        <source>Add a board or a cut to divide it.</source>
        <translation>加一张分镜图或一个切点来拆分。</translation>
    </message>
    <message>
        <source>Add board…</source>
        <translation>添加分镜图…</translation>
    </message>
    <message>
        <source>Add keyframe</source>
        <translation>添加关键帧</translation>
    </message>
    <message>
        <source>Add marker</source>
        <translation>添加标记</translation>
    </message>
    <message>
        <source>Add movie</source>
        <translation>添加影片</translation>
    </message>
    <message>
        <source>Add shot</source>
        <translation>添加镜头</translation>
    </message>
    <message>
        <source>Add {added} LoRAs</source>
        <translation>添加 {added} 个 LoRA</translation>
    </message>
    <message>
        <source>Add {count} movies</source>
        <translation>添加 {count} 部影片</translation>
    </message>
    <message>
        <source>Add {items} keyframes</source>
        <translation>添加 {items} 个关键帧</translation>
    </message>
    <message>
        <source>Add {items} shots</source>
        <translation>添加 {items} 个镜头</translation>
    </message>
    <message>
        <source>Add {noun}</source>
        <translation>添加{noun}</translation>
    </message>
    <message>
        <source>All lanes are taken there; move or trim a sound first.</source>
        <translation>那里的轨道都被占用了；请先移动或修剪一段声音。</translation>
    </message>
    <message>
        <source>All {count} missing files were found again.</source>
        <translation>丢失的 {count} 个文件都已找到。</translation>
    </message>
    <message>
        <source>An image of what was copied is gone; add it again.</source>
        <translation>所复制内容中的一张图像已不存在；请重新添加。</translation>
    </message>
    <message>
        <source>An untitled film from the last session was not saved.</source>
        <translation>上次有一部未命名的影片没有保存。</translation>
    </message>
    <message>
        <source>Apple VideoToolbox</source>
        <translation>Apple VideoToolbox</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>存档</translation>
    </message>
    <message>
        <source>Asked and used</source>
        <translation>所求与所用</translation>
    </message>
    <message>
        <source>Before anything is made, the boards run as an animatic, so that you can find the pace. Takes replace them in place as they come.</source>
        <translation>在制作任何内容之前，分镜图会以动态分镜播放，让你找到节奏。版本做好后会就地替换它们。</translation>
    </message>
    <message>
        <source>Board exactly on {film_frame}, for {heads}.</source>
        <translation>分镜图精确在 {film_frame}，代价 {heads}。</translation>
    </message>
    <message>
        <source>Board has {width}×{height} for a film of {width2}×{height2}.</source>
        <translation>分镜图为 {width}×{height}，影片为 {width2}×{height2}。</translation>
    </message>
    <message>
        <source>Board loses {lost} {edges}.</source>
        <translation>分镜图损失 {lost}({edges})。</translation>
    </message>
    <message>
        <source>Board {text}.</source>
        <translation>分镜图{text}。</translation>
    </message>
    <message>
        <source>Boards on the timeline</source>
        <translation>时间线上的分镜图</translation>
    </message>
    <message>
        <source>Boards that the movie does not show are missing: {lost}.</source>
        <translation>影片未显示的画板缺失：{lost}。</translation>
    </message>
    <message>
        <source>Bridge footage</source>
        <translation>衔接素材</translation>
    </message>
    <message>
        <source>C2PA has a place in MP4 and MOV only; choose one, or clear this.</source>
        <translation>C2PA 只能写入 MP4 和 MOV；请选择其一，或清空此项。</translation>
    </message>
    <message>
        <source>Change crop</source>
        <translation>更改裁切</translation>
    </message>
    <message>
        <source>Change frame rate</source>
        <translation>更改帧率</translation>
    </message>
    <message>
        <source>Change frame size</source>
        <translation>更改画面尺寸</translation>
    </message>
    <message>
        <source>Change gain of</source>
        <translation>更改增益：</translation>
    </message>
    <message>
        <source>Change gain of sound</source>
        <translation>更改声音增益</translation>
    </message>
    <message>
        <source>Change gain of {count} sounds</source>
        <translation>更改 {count} 段声音的增益</translation>
    </message>
    <message>
        <source>Change master model</source>
        <translation>更改母版模型</translation>
    </message>
    <message>
        <source>Change model</source>
        <translation>更改模型</translation>
    </message>
    <message>
        <source>Change room</source>
        <translation>更改环境声</translation>
    </message>
    <message>
        <source>Change seed</source>
        <translation>更改种子</translation>
    </message>
    <message>
        <source>Change seed of shots</source>
        <translation>更改镜头的种子</translation>
    </message>
    <message>
        <source>Change strength</source>
        <translation>更改强度</translation>
    </message>
    <message>
        <source>Change weight of LoRA</source>
        <translation>更改 LoRA 的权重</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>更改 {name}</translation>
    </message>
    <message>
        <source>Changes that were not saved the last time were kept.</source>
        <translation>上次未保存的更改已保留。</translation>
    </message>
    <message>
        <source>Choose model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Choose what survives.</source>
        <translation>请选择保留的部分。</translation>
    </message>
    <message>
        <source>Clear in and out points</source>
        <translation>清除入点和出点</translation>
    </message>
    <message>
        <source>Colour marker</source>
        <translation>更改标记颜色</translation>
    </message>
    <message>
        <source>Continue into next shot</source>
        <translation>延续到下一镜头</translation>
    </message>
    <message>
        <source>Copy shots, keyframes or an image first, then paste.</source>
        <translation>请先复制镜头、关键帧或图像，再粘贴。</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>硬切</translation>
    </message>
    <message>
        <source>Cut after shot</source>
        <translation>镜头后硬切</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete keyframe</source>
        <translation>删除关键帧</translation>
    </message>
    <message>
        <source>Delete marker</source>
        <translation>删除标记</translation>
    </message>
    <message>
        <source>Delete shot</source>
        <translation>删除镜头</translation>
    </message>
    <message>
        <source>Delete sound</source>
        <translation>删除声音</translation>
    </message>
    <message>
        <source>Delete take</source>
        <translation>删除版本</translation>
    </message>
    <message>
        <source>Delete {count} sounds</source>
        <translation>删除 {count} 段声音</translation>
    </message>
    <message>
        <source>Denoising</source>
        <translation>去噪</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Documentary</source>
        <translation>纪录</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>再制</translation>
    </message>
    <message>
        <source>Each result is a take, kept with its seed. Compare, rate and keep the good ones; re-roll one part while the rest stays as it is.</source>
        <translation>每次结果都是一个版本，连同种子一起保存。比较、评分、保留好的；重做一部分时其余保持不变。</translation>
    </message>
    <message>
        <source>Edit caption</source>
        <translation>编辑描述</translation>
    </message>
    <message>
        <source>Edit film caption</source>
        <translation>编辑影片描述</translation>
    </message>
    <message>
        <source>Edit further</source>
        <translation>继续剪辑</translation>
    </message>
    <message>
        <source>Encoding boards</source>
        <translation>编码分镜图</translation>
    </message>
    <message>
        <source>Even</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>Every frame has a keyframe already; lengthen a shot first.</source>
        <translation>每一帧都已有关键帧；请先加长一个镜头。</translation>
    </message>
    <message>
        <source>Every picture is a board, pinned to the moment where it shall be seen. Drag one to another moment, or drop images from your files: on a shot, or behind the last one.</source>
        <translation>每张图都是一张分镜图，钉在应当出现的时刻。可把它拖到别的时刻，或从文件拖入图像：放到镜头上，或放在最后一个镜头之后。</translation>
    </message>
    <message>
        <source>Every shot has its draft; change something or re-roll the seed for another.</source>
        <translation>每个镜头都已有草稿；要另一个请做些改动或换种子。</translation>
    </message>
    <message>
        <source>Exact costs up to {price} {latents}.</source>
        <translation>精确放置最多需 {price} {latents}。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Extend after</source>
        <translation>向后延伸</translation>
    </message>
    <message>
        <source>Extend before</source>
        <translation>向前延伸</translation>
    </message>
    <message>
        <source>Fade in</source>
        <translation>淡入</translation>
    </message>
    <message>
        <source>Fade out</source>
        <translation>淡出</translation>
    </message>
    <message>
        <source>Files of these names are there; allow replacing them, or choose another name.</source>
        <translation>已有同名文件；请允许替换，或换一个名称。</translation>
    </message>
    <message>
        <source>Fill the frame</source>
        <translation>填满画框</translation>
    </message>
    <message>
        <source>Find missing media…</source>
        <translation>查找丢失的媒体…</translation>
    </message>
    <message>
        <source>For Resolve, Premiere, Final Cut or Avid: every frame stands alone, in 10 bits.</source>
        <translation>用于 Resolve、Premiere、Final Cut 或 Avid：逐帧独立，10 位。</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frame {film_frame} lies outside the film; choose a place where all fit.</source>
        <translation>第 {film_frame} 帧在影片之外；请选择放得下全部的位置。</translation>
    </message>
    <message>
        <source>Frame {film_frame} lies past the end of the film.</source>
        <translation>第 {film_frame} 帧超出影片末尾。</translation>
    </message>
    <message>
        <source>Frame {frame} already has a keyframe; replace it or choose another frame.</source>
        <translation>第 {frame} 帧已有关键帧；请替换它或选择其他帧。</translation>
    </message>
    <message>
        <source>Frame {frame} already has a marker; choose another frame.</source>
        <translation>第 {frame} 帧已有标记；请选择其他帧。</translation>
    </message>
    <message>
        <source>Frame {frame} lies outside the shot, which has frames 0 to {num_frames}.</source>
        <translation>第 {frame} 帧在镜头之外，镜头的帧为 0 到 {num_frames}。</translation>
    </message>
    <message>
        <source>Frame {start} of the film already has a keyframe; choose another frame.</source>
        <translation>影片第 {start} 帧已有关键帧；请选择其他帧。</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Give the movie a name.</source>
        <translation>请为影片命名。</translation>
    </message>
    <message>
        <source>Give the style a name; the LoRA will be called by it.</source>
        <translation>请为风格命名；LoRA 将以此为名。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Image sequence</source>
        <translation>图像序列</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import timeline</source>
        <translation>导入时间线</translation>
    </message>
    <message>
        <source>Intel Quick Sync</source>
        <translation>Intel Quick Sync</translation>
    </message>
    <message>
        <source>It comes out soft; use a larger picture.</source>
        <translation>画面会发虚；请用更大的图。</translation>
    </message>
    <message>
        <source>It is signed with your certificate {names}.</source>
        <translation>它将用您的证书 {names} 签名。</translation>
    </message>
    <message>
        <source>It may fail. {nearest}</source>
        <translation>可能失败。{nearest}</translation>
    </message>
    <message>
        <source>Its footage is shown from the movie itself.</source>
        <translation>其中的实拍素材直接取自该影片。</translation>
    </message>
    <message>
        <source>Its sound is the movie&apos;s mix, as one clip.</source>
        <translation>声音为影片的混音，作为一个片段。</translation>
    </message>
    <message>
        <source>Keep take</source>
        <translation>保留版本</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不写</translation>
    </message>
    <message>
        <source>Let go of take</source>
        <translation>取消保留版本</translation>
    </message>
    <message>
        <source>Let them be</source>
        <translation>不再继续</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>Looking for a missing file…</source>
        <translation>正在查找丢失的文件…</translation>
    </message>
    <message>
        <source>Looking for cuts</source>
        <translation>查找切点</translation>
    </message>
    <message>
        <source>Looking for {count} files…</source>
        <translation>正在查找 {count} 个文件…</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环动图</translation>
    </message>
    <message>
        <source>Make room, or move the project.</source>
        <translation>请腾出空间，或移动项目。</translation>
    </message>
    <message>
        <source>Makes drafts of all shots. You see the clip take form, may stop at any step and go on later; nothing that was computed is lost.</source>
        <translation>为所有镜头制作草稿。你会看到片段逐渐成形，可在任何一步停下，以后再继续；已算好的都不会丢失。</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Move keyframe</source>
        <translation>移动关键帧</translation>
    </message>
    <message>
        <source>Move marker</source>
        <translation>移动标记</translation>
    </message>
    <message>
        <source>Move shot</source>
        <translation>移动镜头</translation>
    </message>
    <message>
        <source>Move sound</source>
        <translation>移动声音</translation>
    </message>
    <message>
        <source>Move {count} sounds</source>
        <translation>移动 {count} 段声音</translation>
    </message>
    <message>
        <source>Move {keyframe_ids} keyframes</source>
        <translation>移动 {keyframe_ids} 个关键帧</translation>
    </message>
    <message>
        <source>Move {shot_ids}</source>
        <translation>移动{shot_ids}</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Mute sound</source>
        <translation>声音静音</translation>
    </message>
    <message>
        <source>Mute {count} sounds</source>
        <translation>{count} 段声音静音</translation>
    </message>
    <message>
        <source>No approved take waits for its master; approve a take first.</source>
        <translation>没有等待做母版的认可版本；请先认可一个版本。</translation>
    </message>
    <message>
        <source>No board in this shot</source>
        <translation>此镜头没有分镜图</translation>
    </message>
    <message>
        <source>No board leads this pass.</source>
        <translation>此批次没有分镜图引导。</translation>
    </message>
    <message>
        <source>No sound device was found, so the film plays silently; its movie will have the sound.</source>
        <translation>没有找到声音设备，影片将无声播放；写出的影片会有声音。</translation>
    </message>
    <message>
        <source>No {source} of this shot yet</source>
        <translation>此镜头还没有{source}</translation>
    </message>
    <message>
        <source>Nothing can move in between.</source>
        <translation>其间容不下动作。</translation>
    </message>
    <message>
        <source>Nothing here encodes {label}; choose another format.</source>
        <translation>本机无法编码 {label}；请选择其他格式。</translation>
    </message>
    <message>
        <source>Nothing is missing.</source>
        <translation>没有丢失的文件。</translation>
    </message>
    <message>
        <source>Nothing was found there; still missing: {names}.</source>
        <translation>在那里没有找到；仍然缺少：{names}。</translation>
    </message>
    <message>
        <source>Nudge {noun}</source>
        <translation>微移{noun}</translation>
    </message>
    <message>
        <source>One file that plays everywhere: phones, browsers, televisions.</source>
        <translation>一个到处都能播放的文件：手机、浏览器、电视。</translation>
    </message>
    <message>
        <source>Only files on this computer can be dropped here.</source>
        <translation>这里只能拖入本机上的文件。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开它</translation>
    </message>
    <message>
        <source>Pace shot: {name}</source>
        <translation>镜头节奏：{name}</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Place exactly</source>
        <translation>精确放置</translation>
    </message>
    <message>
        <source>ProRes 422 HQ</source>
        <translation>ProRes 422 HQ</translation>
    </message>
    <message>
        <source>ProRes 4444</source>
        <translation>ProRes 4444</translation>
    </message>
    <message>
        <source>Put the playhead inside a sound to split it.</source>
        <translation>请把播放头放在声音之内再分割。</translation>
    </message>
    <message>
        <source>Quality of {label} goes from {best} to {worst}.</source>
        <translation>{label} 的质量范围是 {best} 到 {worst}。</translation>
    </message>
    <message>
        <source>Re-roll seed</source>
        <translation>换种子</translation>
    </message>
    <message>
        <source>Re-roll {part}</source>
        <translation>重做{part}</translation>
    </message>
    <message>
        <source>Reading captions</source>
        <translation>读取描述</translation>
    </message>
    <message>
        <source>Reading the movie</source>
        <translation>读取影片</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>Reading {name}… {fraction}</source>
        <translation>正在读取 {name}… {fraction}</translation>
    </message>
    <message>
        <source>Refining</source>
        <translation>精修</translation>
    </message>
    <message>
        <source>Relink…</source>
        <translation>重新链接…</translation>
    </message>
    <message>
        <source>Remove LoRA</source>
        <translation>移除 LoRA</translation>
    </message>
    <message>
        <source>Rename marker</source>
        <translation>重命名标记</translation>
    </message>
    <message>
        <source>Refines the drafts to full size with your boards as anchors, and writes the movie the way you need it.</source>
        <translation>以您的分镜为锚，将草稿精制到全尺寸，并按您的需要写出影片。</translation>
    </message>
    <message>
        <source>A style {name} is being trained; choose another name.</source>
        <translation>风格“{name}”正在训练中；请换一个名称。</translation>
    </message>
    <message>
        <source>A style {name} is there already; choose another name.</source>
        <translation>已有名为“{name}”的风格；请换一个名称。</translation>
    </message>
    <message>
        <source>As near as this model comes; footage of minutes helps.</source>
        <translation>尽此模型所能接近；数分钟的素材会更好。</translation>
    </message>
    <message>
        <source>Choose at least one movie that is where it was.</source>
        <translation>请至少选择一个仍在原处的影片。</translation>
    </message>
    <message>
        <source>Colours, light and texture of the footage.</source>
        <translation>学习素材的色彩、光线与质感。</translation>
    </message>
    <message>
        <source>Cutting footage into clips</source>
        <translation>正在将素材切成片段</translation>
    </message>
    <message>
        <source>Drop a movie on the timeline first; a style is learnt from the film&apos;s footage.</source>
        <translation>请先把影片拖到时间线上；风格是从影片素材中学习的。</translation>
    </message>
    <message>
        <source>Encoding clips</source>
        <translation>正在编码片段</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>Memory ran out, so this was made with less at a time, which takes longer; close other programs or choose a smaller size.</source>
        <translation>内存不足，因此改为每次使用较少内存来生成，耗时更长；请关闭其他程序或选择较小的尺寸。</translation>
    </message>
    <message>
        <source>New frames come here; Generate makes them</source>
        <translation>这里将有新画面；点“生成”来制作</translation>
    </message>
    <message>
        <source>No cut was found in {name}; a higher sensitivity finds more.</source>
        <translation>在 {name} 中没有找到剪切点；提高灵敏度可找到更多。</translation>
    </message>
    <message>
        <source>Open read-only</source>
        <translation>以只读方式打开</translation>
    </message>
    <message>
        <source>Put the playhead on a shot that shows a movie.</source>
        <translation>请把播放头放到显示影片的镜头上。</translation>
    </message>
    <message>
        <source>Relink footage</source>
        <translation>重新链接素材</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace footage</source>
        <translation>替换素材</translation>
    </message>
    <message>
        <source>Replace image</source>
        <translation>替换图像</translation>
    </message>
    <message>
        <source>Replace image…</source>
        <translation>替换图像…</translation>
    </message>
    <message>
        <source>Replace sound</source>
        <translation>替换声音</translation>
    </message>
    <message>
        <source>Reset generation</source>
        <translation>重置生成设置</translation>
    </message>
    <message>
        <source>Reset master settings</source>
        <translation>重置母版设置</translation>
    </message>
    <message>
        <source>Resize shot</source>
        <translation>调整镜头长度</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore settings of take</source>
        <translation>恢复版本的设置</translation>
    </message>
    <message>
        <source>Restore unsaved changes</source>
        <translation>恢复未保存的更改</translation>
    </message>
    <message>
        <source>Roll join</source>
        <translation>滚动切点</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Saved, but {names} could not be copied from {name}; when that is back, choose Find missing media in the File menu.</source>
        <translation>已保存，但未能从 {name} 复制 {names}；待其恢复后，请在“文件”菜单中选择“查找丢失的媒体”。</translation>
    </message>
    <message>
        <source>Say what happens, as you would to a cameraman. The film has a caption of its own for what all shots share, and a shot without one is fine.</source>
        <translation>像对摄影师说话一样，说出发生了什么。影片另有自己的描述，写所有镜头共有的内容；镜头没有描述也可以。</translation>
    </message>
    <message>
        <source>Say where it is now.</source>
        <translation>请指出它现在的位置。</translation>
    </message>
    <message>
        <source>Select a board, a sound, or a shot that shows a movie first.</source>
        <translation>请先选择分镜图、声音或显示影片的镜头。</translation>
    </message>
    <message>
        <source>Select a shot that shows a movie first.</source>
        <translation>请先选择一个显示影片的镜头。</translation>
    </message>
    <message>
        <source>Select a shot to pace its boards.</source>
        <translation>请选择镜头以重排其分镜图。</translation>
    </message>
    <message>
        <source>Select a shot with boards to keep its pacing.</source>
        <translation>请选择有分镜图的镜头以保存其节奏。</translation>
    </message>
    <message>
        <source>Set in point</source>
        <translation>设置入点</translation>
    </message>
    <message>
        <source>Set out point</source>
        <translation>设置出点</translation>
    </message>
    <message>
        <source>Set the film to the movie&apos;s</source>
        <translation>采用影片的规格</translation>
    </message>
    <message>
        <source>Set the film to {name}</source>
        <translation>片子采用 {name} 的规格</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>分享</translation>
    </message>
    <message>
        <source>Shorten to what can be read</source>
        <translation>截到可读取之处</translation>
    </message>
    <message>
        <source>Shot {number}</source>
        <translation>镜头 {number}</translation>
    </message>
    <message>
        <source>Shot {stop}</source>
        <translation>镜头 {stop}</translation>
    </message>
    <message>
        <source>Shots {first}–{stop}</source>
        <translation>镜头 {first}–{stop}</translation>
    </message>
    <message>
        <source>Show crop</source>
        <translation>显示裁切</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>显示完整画面</translation>
    </message>
    <message>
        <source>Shows whether the footage is of any use.</source>
        <translation>看看这些素材是否有用。</translation>
    </message>
    <message>
        <source>Signing needs both a certificate and its key; name the other.</source>
        <translation>签名需要证书及其密钥；请补上另一个。</translation>
    </message>
    <message>
        <source>Signing needs c2pa-python, which is not installed: pip install c2pa-python.</source>
        <translation>签名需要 c2pa-python，但尚未安装：pip install c2pa-python。</translation>
    </message>
    <message>
        <source>Slip footage</source>
        <translation>滑移素材</translation>
    </message>
    <message>
        <source>Small files in 10 bits: AV1 for browsers, H.265 for newer devices.</source>
        <translation>10 位的小文件：AV1 适合浏览器，H.265 适合较新的设备。</translation>
    </message>
    <message>
        <source>Snap to grid</source>
        <translation>吸附到网格</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Something went wrong in the editor; the log has the details.</source>
        <translation>编辑器出了问题；详情见日志。</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Split into shots</source>
        <translation>拆分成镜头</translation>
    </message>
    <message>
        <source>Split shot</source>
        <translation>分割镜头</translation>
    </message>
    <message>
        <source>Split sound</source>
        <translation>分割声音</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Suspense</source>
        <translation>悬疑</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接管</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Takes are being made; stop generating or wait before saving elsewhere.</source>
        <translation>正在制作版本；请先停止生成或等待，再保存到别处。</translation>
    </message>
    <message>
        <source>That needs more memory than there is; close other programs and try again.</source>
        <translation>所需内存超过现有内存；请关闭其他程序再试。</translation>
    </message>
    <message>
        <source>That part of the film is not there any more.</source>
        <translation>影片的那一部分已不存在。</translation>
    </message>
    <message>
        <source>That shot is not there any more.</source>
        <translation>那个镜头已不存在。</translation>
    </message>
    <message>
        <source>That shot is not there any more; nothing was changed.</source>
        <translation>该镜头已不存在；未作任何更改。</translation>
    </message>
    <message>
        <source>The LoRA {name} is not there any more; bring the file back or remove it.</source>
        <translation>LoRA {name} 已不存在；请放回文件或移除它。</translation>
    </message>
    <message>
        <source>The board {name} is gone.</source>
        <translation>分镜图 {name} 不见了。</translation>
    </message>
    <message>
        <source>The board {name} is not in the project any more; add it first.</source>
        <translation>分镜图 {name} 已不在项目中；请先添加它。</translation>
    </message>
    <message>
        <source>The boards play already</source>
        <translation>分镜图已经可以播放</translation>
    </message>
    <message>
        <source>The caption decides.</source>
        <translation>由描述决定。</translation>
    </message>
    <message>
        <source>The cut has no board.</source>
        <translation>此切点没有分镜图。</translation>
    </message>
    <message>
        <source>The damaged list of jobs in {name} cannot be put aside: {strerror}.</source>
        <translation>{name} 中损坏的任务列表无法移开：{strerror}。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing is lost.</source>
        <translation>引擎意外停止；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>The film has changed since; ask again for what it still needs.</source>
        <translation>影片在此之后已更改；请重新提交仍然需要的任务。</translation>
    </message>
    <message>
        <source>The film has changed since; export {name} again.</source>
        <translation>影片在此之后已更改；请重新导出 {name}。</translation>
    </message>
    <message>
        <source>The film in {name} was rebuilt as a new film; its boards ({boards}) were taken from the movie&apos;s frames.</source>
        <translation>已从 {name} 重建为一部新影片；其画板（{boards}）取自影片画面。</translation>
    </message>
    <message>
        <source>The film is still being saved elsewhere.</source>
        <translation>影片仍在保存到别处。</translation>
    </message>
    <message>
        <source>The film was written to {path}.</source>
        <translation>影片已写入 {path}。</translation>
    </message>
    <message>
        <source>The folder is being looked at.</source>
        <translation>正在查看文件夹。</translation>
    </message>
    <message>
        <source>The folder of {name} is not there any more; export it again.</source>
        <translation>{name} 所在的文件夹已不存在；请重新导出。</translation>
    </message>
    <message>
        <source>The folder {JOURNAL_FOLDER} in {name} is a link or a file; the list of jobs is not kept.</source>
        <translation>{name} 中的文件夹 {JOURNAL_FOLDER} 是链接或文件；不保存任务列表。</translation>
    </message>
    <message>
        <source>The folder {folder} does not exist; make it first.</source>
        <translation>文件夹 {folder} 不存在；请先创建。</translation>
    </message>
    <message>
        <source>The folder {folder} may not be written.</source>
        <translation>文件夹 {folder} 无法写入。</translation>
    </message>
    <message>
        <source>The frame was copied; paste it where you want it.</source>
        <translation>帧已复制；可粘贴到需要的地方。</translation>
    </message>
    <message>
        <source>The frame was not written: {strerror}; choose another place.</source>
        <translation>帧没有写出：{strerror}；请选择其他位置。</translation>
    </message>
    <message>
        <source>The frame was saved as {name}.</source>
        <translation>帧已保存为 {name}。</translation>
    </message>
    <message>
        <source>The keyframe on frame {frame} would lie past the shot&apos;s end; move it first.</source>
        <translation>第 {frame} 帧上的关键帧会超出镜头末尾；请先移动它。</translation>
    </message>
    <message>
        <source>The keys are in {name}.</source>
        <translation>按键已存入 {name}。</translation>
    </message>
    <message>
        <source>The keys are those of {name}, over {part}.{more}</source>
        <translation>按键来自 {name}，以 {part} 为基础。{more}</translation>
    </message>
    <message>
        <source>The keys cannot be written to {target}: {reason}.</source>
        <translation>按键不能写到 {target}：{reason}。</translation>
    </message>
    <message>
        <source>The last shot has no join to roll; trim its end instead.</source>
        <translation>最后一个镜头没有可滚动的切点；请改为修剪其末尾。</translation>
    </message>
    <message>
        <source>The list of jobs cannot be written ({strerror}); they go on, but would not be offered again after a crash.</source>
        <translation>任务列表无法写入（{strerror}）；任务会继续，但崩溃后不会再次提供。</translation>
    </message>
    <message>
        <source>The list of jobs cannot be written: {strerror}.</source>
        <translation>任务列表无法写入：{strerror}。</translation>
    </message>
    <message>
        <source>The list of jobs in {name} cannot be read: {strerror}.</source>
        <translation>{name} 中的任务列表无法读取：{strerror}。</translation>
    </message>
    <message>
        <source>The model counts in chunks of 4n + 1 frames, so a board may come up to two frames early or late. This lane shows where it can stand. Where asked and used differ, the inspector says so and offers the exact frame.</source>
        <translation>模型以 4n + 1 帧的块计数，所以分镜图可能早或晚至多两帧。这条轨道显示它能放在哪里。所求与所用不同时，检查器会说明并提供精确帧。</translation>
    </message>
    <message>
        <source>The movie begins here; there is nothing before its first frame.</source>
        <translation>影片从这里开始；第一帧之前没有内容。</translation>
    </message>
    <message>
        <source>The movie has no frames there; slip it less.</source>
        <translation>影片在那里没有画面；请少滑移一些。</translation>
    </message>
    <message>
        <source>The movie {name} is gone, or another one.</source>
        <translation>影片 {name} 不见了，或已被换成另一部。</translation>
    </message>
    <message>
        <source>The name is too long for a file; shorten it.</source>
        <translation>文件名过长；请缩短。</translation>
    </message>
    <message>
        <source>The note on the take was not kept: {strerror}.</source>
        <translation>版本的备注没有保存：{strerror}。</translation>
    </message>
    <message>
        <source>The path of {name} is not readable as text; rename it first.</source>
        <translation>{name} 的路径无法读作文字；请先重命名。</translation>
    </message>
    <message>
        <source>The picture could not be written; is the disk full?</source>
        <translation>图像无法写出；磁盘满了吗？</translation>
    </message>
    <message>
        <source>The program has a preset of that name; choose another.</source>
        <translation>程序已有同名预设；请换一个。</translation>
    </message>
    <message>
        <source>The project in {name} is damaged: it names frames that are not there.</source>
        <translation>{name} 中的项目已损坏：它指向不存在的帧。</translation>
    </message>
    <message>
        <source>The project in {name} is damaged; it cannot be opened.</source>
        <translation>{name} 中的项目已损坏，无法打开。</translation>
    </message>
    <message>
        <source>The project in {name} is damaged; it does not hold a film.</source>
        <translation>{name} 中的项目已损坏，其中没有影片。</translation>
    </message>
    <message>
        <source>The recovery copy could not be written: {error}</source>
        <translation>无法写出恢复副本：{error}</translation>
    </message>
    <message>
        <source>The sample cannot be copied to {target}: {error}.</source>
        <translation>示例无法复制到 {target}：{error}。</translation>
    </message>
    <message>
        <source>The shot has room for {frames} of the {items} images; lengthen it or drop fewer.</source>
        <translation>{items} 张图像中镜头只放得下 {frames} 张；请加长镜头或少拖一些。</translation>
    </message>
    <message>
        <source>The shot shows other frames of {name} than before; upscale it again.</source>
        <translation>镜头显示的 {name} 画面已与之前不同；请重新放大。</translation>
    </message>
    <message>
        <source>The shot would become too long; choose a quicker pacing.</source>
        <translation>镜头会变得太长；请选择更快的节奏。</translation>
    </message>
    <message>
        <source>The sound of {name} could not be taken along.</source>
        <translation>{name} 的声音无法一并带上。</translation>
    </message>
    <message>
        <source>The sound {name} is gone.</source>
        <translation>声音 {name} 不见了。</translation>
    </message>
    <message>
        <source>The starter goes on with the shot before it.</source>
        <translation>入门模型会延续前一镜头。</translation>
    </message>
    <message>
        <source>The starter makes a mere blur of it.</source>
        <translation>入门模型只能得到一片模糊。</translation>
    </message>
    <message>
        <source>The style {title} is trained and on this film; its weight is in the inspector, among the LoRAs.</source>
        <translation>风格“{title}”已训练完成并用于本片；其权重在检查器的 LoRA 列表中。</translation>
    </message>
    <message>
        <source>The take could not be moved: {strerror}.</source>
        <translation>版本无法移动：{strerror}。</translation>
    </message>
    <message>
        <source>There is a cut here already; put the playhead inside a shot to split it.</source>
        <translation>这里已有切点；请把播放头放在镜头之内再分割。</translation>
    </message>
    <message>
        <source>There is a pacing named {name} already; choose another name.</source>
        <translation>已有名为 {name} 的节奏；请换一个名称。</translation>
    </message>
    <message>
        <source>There is no later shot that shows a movie; bring one in, then bridge to it.</source>
        <translation>后面没有显示影片的镜头；请先导入一部，再衔接过去。</translation>
    </message>
    <message>
        <source>There is no made shot beside this movie; extend it first, then pin the frame to that shot.</source>
        <translation>这部影片旁边没有可制作的镜头；请先延伸，再把画面钉到那个镜头上。</translation>
    </message>
    <message>
        <source>There is no picture at the playhead; choose a frame that has one.</source>
        <translation>播放头处没有画面；请选择有画面的帧。</translation>
    </message>
    <message>
        <source>There is no shot at the playhead to re-roll.</source>
        <translation>播放头处没有可重做的镜头。</translation>
    </message>
    <message>
        <source>There is no shot under the playhead; put the playhead on one.</source>
        <translation>播放头下没有镜头；请把播放头放到镜头上。</translation>
    </message>
    <message>
        <source>There is no shot yet; add one before you export.</source>
        <translation>还没有镜头；导出前请先添加。</translation>
    </message>
    <message>
        <source>There is no shot yet; drop images on the timeline or add a shot.</source>
        <translation>还没有镜头；请把图像拖到时间线上或添加镜头。</translation>
    </message>
    <message>
        <source>There is no take to approve yet; generate one first.</source>
        <translation>还没有可认可的版本；请先生成一个。</translation>
    </message>
    <message>
        <source>There is no take to keep yet; generate one first.</source>
        <translation>还没有可保留的版本；请先生成一个。</translation>
    </message>
    <message>
        <source>There is not enough memory for this frame.</source>
        <translation>内存不足以处理这一帧。</translation>
    </message>
    <message>
        <source>This film is read-only here; “Save as…” makes a copy that can be changed.</source>
        <translation>此影片在这里是只读的；用“另存为…”制作可以修改的副本。</translation>
    </message>
    <message>
        <source>This frame cannot be written as a PNG.</source>
        <translation>这一帧不能写成 PNG。</translation>
    </message>
    <message>
        <source>This installation could not be looked at; run main.py doctor.</source>
        <translation>无法检查此安装；请运行 main.py doctor。</translation>
    </message>
    <message>
        <source>This movie carries a project of a newer SmartDirector; update the program to open it.</source>
        <translation>此影片带有更新版 SmartDirector 的项目；请更新程序后再打开。</translation>
    </message>
    <message>
        <source>This shot has no boards to pace; drop some on it first.</source>
        <translation>此镜头没有可重排的分镜图；请先拖入几张。</translation>
    </message>
    <message>
        <source>This shot has no boards to take a pacing from; drop some on it first.</source>
        <translation>此镜头没有可取节奏的分镜图；请先拖入几张。</translation>
    </message>
    <message>
        <source>This take has {specs} shots and the pass has {stop}; add or delete shots first.</source>
        <translation>此条有 {specs} 个镜头，而本段有 {stop} 个；请先增加或删除镜头。</translation>
    </message>
    <message>
        <source>This take is being worked on; stop its job before deleting it.</source>
        <translation>此版本正在处理；请先停止其任务再删除。</translation>
    </message>
    <message>
        <source>This take was made from other shots; restore its settings to use it again.</source>
        <translation>此版本由其他镜头做出；请恢复其设置再使用。</translation>
    </message>
    <message>
        <source>This value for {where} cannot be used: {what}.</source>
        <translation>{where} 的这个值不能使用：{what}。</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>充分</translation>
    </message>
    <message>
        <source>To keep: FFV1 is the master bit for bit, ProRes 4444 opens in more programs.</source>
        <translation>用于保存：FFV1 与母版逐位相同，ProRes 4444 可在更多程序中打开。</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Trim shot</source>
        <translation>修剪镜头</translation>
    </message>
    <message>
        <source>Trim sound</source>
        <translation>修剪声音</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试一试</translation>
    </message>
    <message>
        <source>Two boards stand {frames} apart.</source>
        <translation>两张分镜图相距 {frames}。</translation>
    </message>
    <message>
        <source>Unmute</source>
        <translation>取消静音</translation>
    </message>
    <message>
        <source>Unmute sound</source>
        <translation>取消声音静音</translation>
    </message>
    <message>
        <source>Unmute {count} sounds</source>
        <translation>取消 {count} 段声音静音</translation>
    </message>
    <message>
        <source>Untitled film</source>
        <translation>未命名影片</translation>
    </message>
    <message>
        <source>Upscale</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Upscale footage</source>
        <translation>放大素材</translation>
    </message>
    <message>
        <source>Use letters, digits, spaces and hyphens in the name, sixty at most.</source>
        <translation>名称请使用字母、数字、空格和连字符，最多六十个字符。</translation>
    </message>
    <message>
        <source>Use take</source>
        <translation>使用版本</translation>
    </message>
    <message>
        <source>Waiting for the other window to let go of {stem}.</source>
        <translation>正在等待另一个窗口放开 {stem}。</translation>
    </message>
    <message>
        <source>Web</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Weights in 8 bits fit whole.</source>
        <translation>8 位权重可整个放下。</translation>
    </message>
    <message>
        <source>Weights will be streamed, about {factor} times as slow. {nearest}</source>
        <translation>权重将分块载入，约慢 {factor} 倍。{nearest}</translation>
    </message>
    <message>
        <source>What was copied belongs to another film; add its files to this one first.</source>
        <translation>所复制的内容属于另一部影片；请先把其文件添加到本片。</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>Write the whole path of a folder, or browse for it.</source>
        <translation>请写出文件夹的完整路径，或浏览选择。</translation>
    </message>
    <message>
        <source>Writing the movie</source>
        <translation>写出影片</translation>
    </message>
    <message>
        <source>a task of the queue failed</source>
        <translation>队列中的一个任务失败</translation>
    </message>
    <message>
        <source>above and below</source>
        <translation>上下</translation>
    </message>
    <message>
        <source>another computer</source>
        <translation>另一台电脑</translation>
    </message>
    <message>
        <source>at the sides</source>
        <translation>两侧</translation>
    </message>
    <message>
        <source>board</source>
        <translation>分镜图</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>frame {part}</source>
        <translation>帧 {part}</translation>
    </message>
    <message>
        <source>its content makes no sense</source>
        <translation>内容不合理</translation>
    </message>
    <message>
        <source>keyframe</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>latent frame</source>
        <translation>潜帧</translation>
    </message>
    <message>
        <source>latent frames</source>
        <translation>潜帧</translation>
    </message>
    <message>
        <source>line breaks</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>lora {path}</source>
        <translation>LoRA {path}</translation>
    </message>
    <message>
        <source>marker</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>marker {color}</source>
        <translation>标记 {color}</translation>
    </message>
    <message>
        <source>master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>miniaudio is not installed</source>
        <translation>未安装 miniaudio</translation>
    </message>
    <message>
        <source>one frame</source>
        <translation>一帧</translation>
    </message>
    <message>
        <source>one free head</source>
        <translation>一个空块首</translation>
    </message>
    <message>
        <source>shot</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>the draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>the master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>the project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>{DISCARDED_FOLDER} leads out of the project</source>
        <translation>{DISCARDED_FOLDER} 通向项目之外</translation>
    </message>
    <message>
        <source>{count} files were written to {folder}.</source>
        <translation>已将 {count} 个文件写入 {folder}。</translation>
    </message>
    <message>
        <source>{count} free heads</source>
        <translation>{count} 个空块首</translation>
    </message>
    <message>
        <source>{count} jobs were under way when the program ended; go on with them?</source>
        <translation>程序结束时有 {count} 个任务正在进行；要继续吗？</translation>
    </message>
    <message>
        <source>{count} keyframes</source>
        <translation>{count} 个关键帧</translation>
    </message>
    <message>
        <source>{count} markers</source>
        <translation>{count} 个标记</translation>
    </message>
    <message>
        <source>{count} movies were to be written to {folders}; write them there?</source>
        <translation>原定将 {count} 部影片写入 {folders}；要写入吗？</translation>
    </message>
    <message>
        <source>{count} movies were to be written to {folders}; write them, and replace what is there?</source>
        <translation>原定将 {count} 部影片写入 {folders}；要写入并替换已有的文件吗？</translation>
    </message>
    <message>
        <source>{count} of {total} files were written; Jobs can retry the others.</source>
        <translation>{total} 个文件中已写入 {count} 个；其余可在“任务”中重试。</translation>
    </message>
    <message>
        <source>{count} shots</source>
        <translation>{count} 个镜头</translation>
    </message>
    <message>
        <source>{count} sounds</source>
        <translation>{count} 段声音</translation>
    </message>
    <message>
        <source>{filename} does not exist.</source>
        <translation>{filename} 不存在。</translation>
    </message>
    <message>
        <source>{filename} may not be read or written; check its permissions.</source>
        <translation>{filename} 不允许读写；请检查其权限。</translation>
    </message>
    <message>
        <source>{folder} cannot be looked into: {reason}.</source>
        <translation>无法查看 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>{folder} exists already; choose another name.</source>
        <translation>{folder} 已存在；请换一个名称。</translation>
    </message>
    <message>
        <source>{folder} is no SmartDirector project: it has no {file}.</source>
        <translation>{folder} 不是 SmartDirector 项目：没有 {file}。</translation>
    </message>
    <message>
        <source>{found} of {count} missing files were found before the search ended; choose a folder closer to {names}.</source>
        <translation>搜索结束前找到了 {count} 个丢失文件中的 {found} 个；请选择离 {names} 更近的文件夹。</translation>
    </message>
    <message>
        <source>{found} of {count} missing files were found; still missing: {names}.</source>
        <translation>已找到 {count} 个丢失文件中的 {found} 个；仍然缺少：{names}。</translation>
    </message>
    <message>
        <source>{label} does not reach here</source>
        <translation>{label} 没有到达这里</translation>
    </message>
    <message>
        <source>{label} needs even sides, not {width}×{height}; choose another size.</source>
        <translation>{label} 需要偶数边长，而不是 {width}×{height}；请选择其他尺寸。</translation>
    </message>
    <message>
        <source>{length} frames in one pass, more than {limit}.</source>
        <translation>一个批次 {length} 帧，超过 {limit}。</translation>
    </message>
    <message>
        <source>{lost} is not there; choose another file to sign with.</source>
        <translation>{lost} 不存在；请选择其他签名文件。</translation>
    </message>
    <message>
        <source>{names}: not finished when the program ended; ask for it again if the film still needs it.</source>
        <translation>{names}：程序结束时尚未完成；若影片仍需要，请重新提交。</translation>
    </message>
    <message>
        <source>{name} and {more} more are not where they were; find them, then export.</source>
        <translation>{name} 及另外 {more} 个文件已不在原处；请先找到它们，再导出。</translation>
    </message>
    <message>
        <source>{name} and {more} more are not where they were; find them, then generate.</source>
        <translation>{name} 及另外 {more} 个文件已不在原处；请先找到它们，再生成。</translation>
    </message>
    <message>
        <source>{name} can be reached again; all goes on.</source>
        <translation>{name} 又可以访问了；一切继续。</translation>
    </message>
    <message>
        <source>{name} cannot be reached: bring its drive or folder back, or save the film elsewhere; nothing is lost.</source>
        <translation>无法访问 {name}：请恢复其硬盘或文件夹，或将片子另存到别处；没有任何内容丢失。</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>{name} 无法读取</translation>
    </message>
    <message>
        <source>{name} cannot be read; choose another file.</source>
        <translation>{name} 无法读取；请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} cannot be written as it was chosen: {error}</source>
        <translation>{name} 无法按所选方式写入：{error}</translation>
    </message>
    <message>
        <source>{name} cannot be written as it was chosen; export it again.</source>
        <translation>{name} 无法按所选方式写入；请重新导出。</translation>
    </message>
    <message>
        <source>{name} has no picture that can be decoded</source>
        <translation>{name} 没有可以解码的画面</translation>
    </message>
    <message>
        <source>{name} has pictures that are too large</source>
        <translation>{name} 中的图像过大</translation>
    </message>
    <message>
        <source>{name} is another picture than {name2}; show it instead?</source>
        <translation>{name} 与 {name2} 是不同的图片；要改为显示它吗？</translation>
    </message>
    <message>
        <source>{name} is another sound than {name2}; play it instead?</source>
        <translation>{name} 与 {name2} 是不同的声音；要改为播放它吗？</translation>
    </message>
    <message>
        <source>{name} is being rendered by a command line on {part}.</source>
        <translation>{name} 正由{part}上的命令行渲染。</translation>
    </message>
    <message>
        <source>{name} is no file</source>
        <translation>{name} 不是文件</translation>
    </message>
    <message>
        <source>{name} is not where it was; relink it, then export again.</source>
        <translation>{name} 已不在原处；请重新链接，然后再次导出。</translation>
    </message>
    <message>
        <source>{name} is not where it was; relink it, then generate again.</source>
        <translation>{name} 已不在原处；请重新链接，然后再次生成。</translation>
    </message>
    <message>
        <source>{name} is not where or what it was; relink it in the inspector.</source>
        <translation>{name} 已不在原处或已改变；请在检查器中重新链接。</translation>
    </message>
    <message>
        <source>{name} is not where or what it was; select its shot and relink it.</source>
        <translation>{name} 已不在原处或已改变；请选择其镜头并重新链接。</translation>
    </message>
    <message>
        <source>{name} is open in another window already.</source>
        <translation>{name} 已在另一个窗口中打开。</translation>
    </message>
    <message>
        <source>{name} is open on {part} already.</source>
        <translation>{name} 已在{part}上打开。</translation>
    </message>
    <message>
        <source>{name} seems to be open in another window already.</source>
        <translation>{name} 似乎已在另一个窗口中打开。</translation>
    </message>
    <message>
        <source>{name} was not written: another window has the film now.</source>
        <translation>{name} 没有写入：影片现在由另一个窗口持有。</translation>
    </message>
    <message>
        <source>{name} was taken over by another window, so nothing more is written to it here; “Save as…” keeps what this window has.</source>
        <translation>{name} 已被另一个窗口接管，这里不再写入；用“另存为…”保留此窗口中的内容。</translation>
    </message>
    <message>
        <source>{name} was to be signed, and no certificate is chosen any more; export it again.</source>
        <translation>{name} 原定要签名，但已没有选定的证书；请重新导出。</translation>
    </message>
    <message>
        <source>{name} would take all time or memory to decode; save it anew in an image editor.</source>
        <translation>解码 {name} 会耗尽时间或内存；请在图像编辑器中重新保存。</translation>
    </message>
    <message>
        <source>{output} is there already; replace it with the film?</source>
        <translation>{output} 已存在；要用影片替换它吗？</translation>
    </message>
    <message>
        <source>{part} is there already; write {output}, and replace what is there?</source>
        <translation>{part} 已存在；要写入 {output} 并替换已有的文件吗？</translation>
    </message>
    <message>
        <source>{path} was made by a newer SmartDirector (format {part}, this one reads up to {SCHEMA_VERSION}); update the program to open it.</source>
        <translation>{path} 由更新的 SmartDirector 制作（格式 {part}，本版最多读到 {SCHEMA_VERSION}）；请更新程序再打开。</translation>
    </message>
    <message>
        <source>{stem} cannot be written, so it is read-only here.</source>
        <translation>{stem} 无法写入，因此在这里是只读的。</translation>
    </message>
    <message>
        <source>{stem} could not be taken over; open it again.</source>
        <translation>无法接管 {stem}；请重新打开它。</translation>
    </message>
    <message>
        <source>{stem} is read-only here: look, play, export, or save a copy.</source>
        <translation>{stem} 在这里是只读的：可以查看、播放、导出或另存副本。</translation>
    </message>
    <message>
        <source>{name} ({width} × {height} pixels) has more than {limit} megapixels; scale it down and add it again.</source>
        <translation>{name}（{width} × {height} 像素）超过 {limit} 百万像素；请缩小后再添加。</translation>
    </message>
    <message>
        <source>The film was to be written to {output}; write it there?</source>
        <translation>影片原定写入 {output}；要写入吗？</translation>
    </message>
    <message>
        <source>{link} in {name} is a link, and what a project makes and deletes must lie inside it; put the folder itself there, or move the whole project to the other disk.</source>
        <translation>{name} 中的 {link} 是一个链接，而项目所生成和删除的内容必须在项目之内；请把文件夹本身放到那里，或将整个项目移到另一块磁盘。</translation>
    </message>
    <message>
        <source>{names}: not finished either, and to be asked for anew.</source>
        <translation>{names}：同样尚未完成，需要重新提交。</translation>
    </message>
    <message>
        <source>{name} and {part} more are not where they were.</source>
        <translation>{name} 及另外 {part} 个文件已不在原处。</translation>
    </message>
    <message>
        <source>{name} builds on keys that this version does not have.</source>
        <translation>{name} 所基于的按键方案此版本没有。</translation>
    </message>
    <message>
        <source>{name} cannot be read any more; render the shot again.</source>
        <translation>{name} 已无法读取；请重新渲染该镜头。</translation>
    </message>
    <message>
        <source>{name} cannot be read as a movie; choose another.</source>
        <translation>{name} 无法作为视频读取；请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} cannot be read as sound; choose another file.</source>
        <translation>{name} 不能作为声音读取；请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} 无法读取：{reason}。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {strerror}.</source>
        <translation>无法读取 {name}：{strerror}。</translation>
    </message>
    <message>
        <source>{name} carries no SmartDirector project; open the project&apos;s folder instead.</source>
        <translation>{name} 不含 SmartDirector 项目；请改为打开项目文件夹。</translation>
    </message>
    <message>
        <source>{name} could not be opened.</source>
        <translation>无法打开 {name}。</translation>
    </message>
    <message>
        <source>{name} could not be understood; choose another movie.</source>
        <translation>无法识别 {name}；请选择另一部影片。</translation>
    </message>
    <message>
        <source>{name} could not be written: {strerror}.</source>
        <translation>{name} 无法写出：{strerror}。</translation>
    </message>
    <message>
        <source>{name} does not run at 1 to {MAX_RATE} frames a second; convert it.</source>
        <translation>{name} 的帧率不在每秒 1 到 {MAX_RATE} 帧之间；请转换。</translation>
    </message>
    <message>
        <source>{name} ends before this frame; render the shot again.</source>
        <translation>{name} 在此帧之前就结束了；请重新渲染该镜头。</translation>
    </message>
    <message>
        <source>{name} exists already; choose another name.</source>
        <translation>{name} 已存在；请换一个名称。</translation>
    </message>
    <message>
        <source>{name} has no sound track {track}; choose another.</source>
        <translation>{name} 没有第 {track} 条音轨；请选择其他音轨。</translation>
    </message>
    <message>
        <source>{name} has no sound; choose another file.</source>
        <translation>{name} 没有声音；请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} holds no keyboard map; choose a file exported here.</source>
        <translation>{name} 不含键盘方案；请选择从这里导出的文件。</translation>
    </message>
    <message>
        <source>{name} holds no sound that can be read; choose another file.</source>
        <translation>{name} 没有可读取的声音；请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} is a movie, not an image; save the frame you want as a picture.</source>
        <translation>{name} 是视频，不是图片；请把需要的画面另存为图片。</translation>
    </message>
    <message>
        <source>{name} is a pacing of the program; choose another name.</source>
        <translation>{name} 是程序自带的节奏；请换一个名称。</translation>
    </message>
    <message>
        <source>{name} is an empty file; choose another image.</source>
        <translation>{name} 是空文件；请选择其他图像。</translation>
    </message>
    <message>
        <source>{name} is another movie than {name2}; use Replace to show it.</source>
        <translation>{name} 与 {name2} 不是同一部影片；要显示它请用“替换”。</translation>
    </message>
    <message>
        <source>{name} is as large as the film already; choose a larger frame size first.</source>
        <translation>{name} 已与片子同样大；请先选择更大的画幅。</translation>
    </message>
    <message>
        <source>{name} is damaged or cut short and cannot be read.</source>
        <translation>{name} 已损坏或不完整，无法读取。</translation>
    </message>
    <message>
        <source>{name} is damaged: {num_frames} of {num_frames2} frames can be read, and its shots show those.</source>
        <translation>{name} 已损坏：{num_frames2} 帧中可读取 {num_frames} 帧，镜头只显示这些帧。</translation>
    </message>
    <message>
        <source>{name} is empty; choose another movie.</source>
        <translation>{name} 是空的；请选择另一部影片。</translation>
    </message>
    <message>
        <source>{name} is in the queue; choose another name.</source>
        <translation>{name} 已在队列中；请换一个名称。</translation>
    </message>
    <message>
        <source>{name} is longer than 12 hours; cut it first.</source>
        <translation>{name} 超过 12 小时；请先剪短。</translation>
    </message>
    <message>
        <source>{name} is no file; choose a movie.</source>
        <translation>{name} 不是文件；请选择一部影片。</translation>
    </message>
    <message>
        <source>{name} is no file; choose music, speech or a movie.</source>
        <translation>{name} 不是文件；请选择音乐、语音或影片。</translation>
    </message>
    <message>
        <source>{name} is not an image that can be read.</source>
        <translation>{name} 不是可读取的图像。</translation>
    </message>
    <message>
        <source>{name} is not in the film any more.</source>
        <translation>{name} 已不在片子里。</translation>
    </message>
    <message>
        <source>{name} is not there any more, or is no file.</source>
        <translation>{name} 已不存在，或不是文件。</translation>
    </message>
    <message>
        <source>{name} is not there any more; choose it again.</source>
        <translation>{name} 已不存在；请重新选择。</translation>
    </message>
    <message>
        <source>{name} is not where it was; select it and relink it.</source>
        <translation>{name} 已不在原处；请选中它并重新链接。</translation>
    </message>
    <message>
        <source>{name} is {width}×{height} at {fraction} fps</source>
        <translation>{name} 为 {width}×{height}，每秒 {fraction} 帧</translation>
    </message>
    <message>
        <source>{name} is {width}×{height} pixels; {MIN_SIDE} to {MAX_SIDE} on each side are possible, so scale it first.</source>
        <translation>{name} 为 {width}×{height} 像素；每边可为 {MIN_SIDE} 到 {MAX_SIDE}，请先缩放。</translation>
    </message>
    <message>
        <source>{name} may not be read; check its permissions.</source>
        <translation>{name} 不允许读取；请检查其权限。</translation>
    </message>
    <message>
        <source>{name} names other files</source>
        <translation>{name} 指向其他文件</translation>
    </message>
    <message>
        <source>{name} needs more memory than there is.</source>
        <translation>{name} 需要的内存超过现有内存。</translation>
    </message>
    <message>
        <source>{name} needs more memory than there is; scale it down.</source>
        <translation>{name} 需要的内存超出现有内存；请缩小它。</translation>
    </message>
    <message>
        <source>{name} should end in {name2} for {label}.</source>
        <translation>{label} 的文件名 {name} 应以 {name2} 结尾。</translation>
    </message>
    <message>
        <source>{name} waits in the queue to be read.</source>
        <translation>{name} 在队列中等待读取。</translation>
    </message>
    <message>
        <source>{name} was counted at another frame rate than the film&apos;s; import it anew.</source>
        <translation>{name} 是按另一帧率计数的；请重新导入。</translation>
    </message>
    <message>
        <source>{name} was found again.</source>
        <translation>已重新找到 {name}。</translation>
    </message>
    <message>
        <source>{name} was made {width}×{height} by Director-SR.</source>
        <translation>{name} 已由 Director-SR 放大到 {width}×{height}。</translation>
    </message>
    <message>
        <source>{name} was not read to its end; try again in Jobs.</source>
        <translation>{name} 未读完；请在任务面板中重试。</translation>
    </message>
    <message>
        <source>{name} was not taken in: {strerror}.</source>
        <translation>{name} 没有导入：{strerror}。</translation>
    </message>
    <message>
        <source>{name} was split into {count} shots.</source>
        <translation>{name} 已拆分成 {count} 个镜头。</translation>
    </message>
    <message>
        <source>{parent} may not be written; choose another place.</source>
        <translation>{parent} 不允许写入；请选择其他位置。</translation>
    </message>
    <message>
        <source>{part} is kept; let go of its take to re-roll it.</source>
        <translation>{part}已保留；请取消保留其版本再重做。</translation>
    </message>
    <message>
        <source>{path} does not say which version of the format it has.</source>
        <translation>{path} 没有说明其格式版本。</translation>
    </message>
    <message>
        <source>{path} holds other files than an exported sequence; choose another name.</source>
        <translation>{path} 中有不属于导出序列的文件；请换一个名称。</translation>
    </message>
    <message>
        <source>{path} is a file; choose another name for the folder.</source>
        <translation>{path} 是文件；请为文件夹换一个名称。</translation>
    </message>
    <message>
        <source>{path} is a folder; name a movie file.</source>
        <translation>{path} 是文件夹；请指定影片文件。</translation>
    </message>
    <message>
        <source>{path} is damaged: it does not hold a project.</source>
        <translation>{path} 已损坏：其中没有项目。</translation>
    </message>
    <message>
        <source>{path} is damaged: it is not readable as JSON.</source>
        <translation>{path} 已损坏：不能作为 JSON 读取。</translation>
    </message>
    <message>
        <source>{path} is damaged: {detail}</source>
        <translation>{path} 已损坏：{detail}</translation>
    </message>
    <message>
        <source>{path} is too large to be a project file.</source>
        <translation>{path} 太大，不是项目文件。</translation>
    </message>
    <message>
        <source>{path} names a media file outside the project; it is not opened.</source>
        <translation>{path} 指向项目之外的媒体文件；未打开。</translation>
    </message>
    <message>
        <source>{shots} came in from {name}.</source>
        <translation>{shots}已从 {name} 导入。</translation>
    </message>
    <message>
        <source>{title} wants about {need}, {room} are free.</source>
        <translation>{title}约需 {need}，空闲 {room}。</translation>
    </message>
    <message>
        <source>{title}, part {part} of {alike}</source>
        <translation>{title}，第 {part}/{alike} 部分</translation>
    </message>
    <message>
        <source>{told}, the film {width}×{height} at {fraction}.</source>
        <translation>{told}，片子为 {width}×{height}，每秒 {fraction} 帧。</translation>
    </message>
    <message>
        <source>{width}×{height} has another shape than a film of {width2}×{height2}; let it be cropped or put between bars, or choose another size.</source>
        <translation>{width}×{height} 与 {width2}×{height2} 的影片形状不同；请裁切或加边，或选择其他尺寸。</translation>
    </message>
    <message>
        <source>“{part}” is no place in the film; type a timecode (2:05), a frame (53) or a step (+12).</source>
        <translation>“{part}”不是影片中的位置；请输入时间码 (2:05)、帧 (53) 或步进 (+12)。</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>about {duration}</source>
        <translation>约 {duration}</translation>
    </message>
    <message>
        <source>asked {requested}, used {used}</source>
        <translation>所求 {requested}，所用 {used}</translation>
    </message>
    <message>
        <source>Marker {number}</source>
        <translation>标记 {number}</translation>
    </message>
    <message numerus="yes">
        <source>Learnt from %n runs on this machine{sure}.</source>
        <comment>Learnt from 1 run on this machine{sure}.</comment>
        <translation>
            <numerusform>得自本机 %n 次运行{sure}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>Memory: {bytes_words} of {bytes_words2} free</source>
        <translation>内存：{bytes_words}，空闲 {bytes_words2}</translation>
    </message>
    <message>
        <source>{delivered} frames</source>
        <translation>{delivered} 帧</translation>
    </message>
    <message>
        <source>{name} · {free} of {total} free</source>
        <translation>{name} · 空闲 {free}，共 {total}</translation>
    </message>
    <message>
        <source>All drafts are made</source>
        <translation>所有草稿都已完成</translation>
    </message>
    <message numerus="yes">
        <source>%n passes</source>
        <comment>1 pass</comment>
        <translation>
            <numerusform>%n 个批次</numerusform>
        </translation>
    </message>
    <message>
        <source>Reckoned from sizes; the first run on this machine will tell more.</source>
        <translation>按尺寸估算；在本机首次运行后会更准。</translation>
    </message>
    <message>
        <source> so far</source>
        <translation> （目前）</translation>
    </message>
    <message>
        <source> ({generated} made)</source>
        <translation> （生成 {generated}）</translation>
    </message>
    <message>
        <source>{num_latents} latent</source>
        <translation>{num_latents} 潜帧</translation>
    </message>
    <message>
        <source>Render: {seconds_words}</source>
        <translation>渲染：{seconds_words}</translation>
    </message>
    <message>
        <source>The engine has not told of its device yet.</source>
        <translation>引擎还没有报告其设备。</translation>
    </message>
    <message>
        <source>and {number} more</source>
        <translation>另有 {number} 项</translation>
    </message>
    <message>
        <source>no board</source>
        <translation>无分镜图</translation>
    </message>
    <message numerus="yes">
        <source>%n boards</source>
        <comment>1 board</comment>
        <translation>
            <numerusform>%n 张分镜图</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n free heads</source>
        <comment>1 free head</comment>
        <translation>
            <numerusform>%n 个空块首</numerusform>
        </translation>
    </message>
    <message>
        <source>{title} will be streamed, about {factor:.1f} times as slow.</source>
        <translation>{title}将分块载入，约慢 {factor:.1f} 倍。</translation>
    </message>
    <message>
        <source>master is there</source>
        <translation>已有母版</translation>
    </message>
    <message>
        <source>draft is there</source>
        <translation>已有草稿</translation>
    </message>
    <message>
        <source>{title} may not fit into memory. {nearest}</source>
        <translation>{title}可能放不进内存。{nearest}</translation>
    </message>
    <message>
        <source>{seconds:.1f} s</source>
        <translation>{seconds:.1f} 秒</translation>
    </message>
    <message>
        <source>{hours} h {minutes:02} min</source>
        <translation>{hours} 小时 {minutes:02} 分</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Reading the movie</source>
        <translation>读取影片</translation>
    </message>
    <message>
        <source>Looking for cuts</source>
        <translation>查找切点</translation>
    </message>
    <message>
        <source>Cutting footage into clips</source>
        <translation>正在将素材切成片段</translation>
    </message>
    <message>
        <source>Encoding clips</source>
        <translation>正在编码片段</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>a moment</source>
        <translation>片刻</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number} 分钟</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>Upscale</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>Reading captions</source>
        <translation>读取描述</translation>
    </message>
    <message>
        <source>Encoding boards</source>
        <translation>编码分镜图</translation>
    </message>
    <message>
        <source>Denoising</source>
        <translation>去噪</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Refining</source>
        <translation>精修</translation>
    </message>
    <message>
        <source>Writing the movie</source>
        <translation>写出影片</translation>
    </message>
</context>
<context>
    <name>Style</name>
    <message>
        <source>Train a style</source>
        <translation>训练风格</translation>
    </message>
    <message>
        <source>Director-Gen learns the look of your footage: its colours, light and texture. What comes of it is a LoRA, which is put on this film and can be used in others.</source>
        <translation>Director-Gen 会学习素材的画面：色彩、光线与质感。结果是一个 LoRA，它会用于本片，也可用于其他影片。</translation>
    </message>
    <message>
        <source>Footage to learn from</source>
        <translation>用于学习的素材</translation>
    </message>
    <message>
        <source>Name of the style</source>
        <translation>风格名称</translation>
    </message>
    <message>
        <source>What the LoRA will be called</source>
        <translation>LoRA 的名称</translation>
    </message>
    <message>
        <source>How long is trained</source>
        <translation>训练时长</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>{duration} of footage</source>
        <translation>{duration} 的素材</translation>
    </message>
    <message>
        <source>that is little: half a minute or more is better</source>
        <translation>偏少：半分钟以上更好</translation>
    </message>
</context>
<context>
    <name>Takes</name>
    <message numerus="yes">
        <source> · %n steps</source>
        <comment> · 1 step</comment>
        <translation>
            <numerusform> · %n 步</numerusform>
        </translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>, approved</source>
        <translation>，已认可</translation>
    </message>
    <message>
        <source>Take, seed {seed}, {state}{approved}</source>
        <translation>版本，种子 {seed}，{state}{approved}</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已认可</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>相符</translation>
    </message>
    <message>
        <source>of other settings</source>
        <translation>设置不同</translation>
    </message>
    <message>
        <source> · changed</source>
        <translation> · 已改动</translation>
    </message>
    <message>
        <source>
Made before the shots were changed.</source>
        <translation>
在镜头改动之前制作。</translation>
    </message>
    <message>
        <source>Seed {seed} · {settings_text}
{caption}</source>
        <translation>种子 {seed} · {settings_text}
{caption}</translation>
    </message>
    <message>
        <source>Board asked on frame {asked}, used on {used}: {psnr_db:.1f} dB, {verdict}</source>
        <translation>分镜图所求第 {asked} 帧，所用第 {used} 帧：{psnr_db:.1f} dB,{verdict}</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>相符</translation>
    </message>
    <message>
        <source>differs</source>
        <translation>不符</translation>
    </message>
    <message>
        <source>, guides at {strength:.0%}</source>
        <translation>，引导 {strength:.0%}</translation>
    </message>
    <message>
        <source>{text} (alike from {good:.0f} dB on). Click to go there.</source>
        <translation>{text}（{good:.0f} dB 以上为相符）。点击前往。</translation>
    </message>
    <message>
        <source>Boards</source>
        <translation>分镜图</translation>
    </message>
    <message>
        <source>Boards in the {what}: {good} of {count} alike</source>
        <translation>{what}中的分镜图：{good}/{count} 相符</translation>
    </message>
    <message>
        <source>luma {luma:+.1f}   chroma {chroma:.1f}</source>
        <translation>亮度 {luma:+.1f}   色度 {chroma:.1f}</translation>
    </message>
    <message>
        <source>Shots {title}, {kind}, frame {frame}: {steps_text}</source>
        <translation>镜头 {title}，{kind}，第 {frame} 帧：{steps_text}</translation>
    </message>
    <message>
        <source>not generated yet</source>
        <translation>尚未生成</translation>
    </message>
    <message>
        <source>measuring…</source>
        <translation>测量中…</translation>
    </message>
    <message>
        <source>{text}
Steps of the whole picture in 8-bit levels, amber where they would be seen. Click to go there.</source>
        <translation>{text}
整个画面的跳变，以 8 位级计；可察觉处为琥珀色。点击前往。</translation>
    </message>
    <message>
        <source>Joins</source>
        <translation>衔接</translation>
    </message>
    <message>
        <source>Joins show here once the film has two shots.</source>
        <translation>影片有两个镜头后，这里会显示衔接。</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>版本</translation>
    </message>
    <message>
        <source> · kept</source>
        <translation> · 已保留</translation>
    </message>
    <message>
        <source>seed {seed}{kept}</source>
        <translation>种子 {seed}{kept}</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>A new take is forming…</source>
        <translation>新版本正在成形…</translation>
    </message>
    <message>
        <source>Rating: {rating} of {most} stars</source>
        <translation>评分：{rating}/{most} 星</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>硬切</translation>
    </message>
    <message>
        <source>goes on</source>
        <translation>延续</translation>
    </message>
    <message>
        <source>two passes</source>
        <translation>两个批次</translation>
    </message>
    <message>
        <source>Put the playhead on a shot to see its takes.</source>
        <translation>把播放头放到镜头上即可看到它的版本。</translation>
    </message>
    <message>
        <source>No take of these shots yet. Generate makes one</source>
        <translation>这些镜头还没有版本。“生成”会制作一个</translation>
    </message>
    <message>
        <source>Rate this take; the same again takes the stars away</source>
        <translation>给这个版本评分；再点同样的分数则取消</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>end</source>
        <translation>结尾</translation>
    </message>
    <message>
        <source>playhead</source>
        <translation>播放头</translation>
    </message>
    <message>
        <source>in point</source>
        <translation>入点</translation>
    </message>
    <message>
        <source>out point</source>
        <translation>出点</translation>
    </message>
    <message>
        <source>head</source>
        <translation>块首</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>硬切</translation>
    </message>
    <message>
        <source>start</source>
        <translation>开头</translation>
    </message>
    <message>
        <source>marker</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Pre-flight marks</source>
        <translation>预检标记</translation>
    </message>
    <message>
        <source>shot {number} has no room for {count} images; on its title: one shot each</source>
        <translation>镜头 {number} 放不下 {count} 张图像；放在标题上则各成一个镜头</translation>
    </message>
    <message>
        <source>{count} images spread over shot {number}; on its title: one shot each</source>
        <translation>{count} 张图像分布在镜头 {number} 上；放在标题上则各成一个镜头</translation>
    </message>
    <message>
        <source>new shot</source>
        <translation>新镜头</translation>
    </message>
    <message>
        <source>{count} new shots, one for each image</source>
        <translation>{count} 个新镜头，每张图像一个</translation>
    </message>
    <message>
        <source>before shot {number}</source>
        <translation>镜头 {number} 之前</translation>
    </message>
    <message>
        <source>at the end</source>
        <translation>在结尾</translation>
    </message>
    <message>
        <source>frame {frame} is taken: drop to replace</source>
        <translation>第 {frame} 帧已占用：放下即替换</translation>
    </message>
    <message>
        <source>Replace the image on this frame?</source>
        <translation>替换此帧上的图像？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Frame {frame} has an image already.</source>
        <translation>第 {frame} 帧已有图像。</translation>
    </message>
    <message numerus="yes">
        <source>%n latent frames</source>
        <comment>1 latent frame</comment>
        <translation>
            <numerusform>%n 潜帧</numerusform>
        </translation>
    </message>
    <message>
        <source>chunk {number} · frames {first}–{last} · {latents} · head: {head}</source>
        <translation>块 {number} · 帧 {first}–{last} · {latents} · 块首：{head}</translation>
    </message>
    <message>
        <source>, exact</source>
        <translation>，精确</translation>
    </message>
    <message>
        <source>, guides {strength:.0%}</source>
        <translation>，引导 {strength:.0%}</translation>
    </message>
    <message>
        <source>No board</source>
        <translation>无分镜图</translation>
    </message>
    <message>
        <source>No caption</source>
        <translation>无描述</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>{name} 无法读取</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message numerus="yes">
        <source>%n movies</source>
        <comment>movie</comment>
        <translation>
            <numerusform>%n 部影片</numerusform>
        </translation>
    </message>
    <message>
        <source>a movie takes no keyframes: drop beside it</source>
        <translation>影片不能放关键帧：请放到旁边</translation>
    </message>
    <message>
        <source>Drop images or movies for new shots</source>
        <translation>把图像或影片拖到这里新建镜头</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Offline · {name}</source>
        <translation>离线 · {name}</translation>
    </message>
    <message>
        <source>Drop music, speech or a movie here for its sound</source>
        <translation>把音乐、语音或影片拖到这里以使用其声音</translation>
    </message>
    <message>
        <source>  ·  muted</source>
        <translation>  ·  静音</translation>
    </message>
    <message>
        <source>Summary of the film</source>
        <translation>影片概要</translation>
    </message>
    <message>
        <source>Zoom of the timeline</source>
        <translation>时间线缩放</translation>
    </message>
    <message>
        <source>Zoom (Ctrl+wheel on the timeline)</source>
        <translation>缩放（在时间线上按 Ctrl+滚轮）</translation>
    </message>
    <message>
        <source>Heads in the grid lane. Chunks are 4n+1 frames long, so a head stands only on every fourth frame; an image is seen exactly on its head.</source>
        <translation>网格轨道中的块首。块长为 4n+1 帧，所以块首只落在每第四帧上；图像正好在其块首处出现。</translation>
    </message>
    <message>
        <source>{shots}  ·  {time}  ·  {width}×{height}  ·  {rate} fps</source>
        <translation>{shots}  ·  {time}  ·  {width}×{height}  ·  {rate} fps</translation>
    </message>
    <message>
        <source>No shots yet</source>
        <translation>还没有镜头</translation>
    </message>
    <message>
        <source>keyframe</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>free head</source>
        <translation>空块首</translation>
    </message>
    <message numerus="yes">
        <source>%n shots</source>
        <comment>1 shot</comment>
        <translation>
            <numerusform>%n 个镜头</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n shots</source>
        <comment>shot</comment>
        <translation>
            <numerusform>%n 个镜头</numerusform>
        </translation>
    </message>
    <message>
        <source>move {what} {where}</source>
        <translation>移动{what}{where}</translation>
    </message>
    <message>
        <source>overwrite</source>
        <translation>覆盖</translation>
    </message>
    <message>
        <source>ripple</source>
        <translation>波纹</translation>
    </message>
    <message>
        <source>{frames} · {length} · {signed} · {way}</source>
        <translation>{frames} · {length} · {signed} · {way}</translation>
    </message>
    <message>
        <source>to the end</source>
        <translation>到结尾</translation>
    </message>
    <message>
        <source> · a keyframe or the end is in the way</source>
        <translation> · 被关键帧或末尾挡住</translation>
    </message>
    <message>
        <source>shot {number}: {length} · shot {number2}: {length2}</source>
        <translation>镜头 {number}：{length} · 镜头 {number2}：{length2}</translation>
    </message>
    <message>
        <source>a frame there is taken: go on</source>
        <translation>那里有一帧被占用：继续移动</translation>
    </message>
    <message>
        <source>in</source>
        <translation>入点</translation>
    </message>
    <message>
        <source>out</source>
        <translation>出点</translation>
    </message>
    <message numerus="yes">
        <source>%n frames</source>
        <comment>1 frame</comment>
        <translation>
            <numerusform>%n 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>shows {first} to {last} · {signed}</source>
        <translation>显示 {first} 至 {last} · {signed}</translation>
    </message>
    <message>
        <source> · the movie ends here</source>
        <translation> · 影片到此为止</translation>
    </message>
    <message>
        <source>sound from {time}</source>
        <translation>声音始于 {time}</translation>
    </message>
    <message>
        <source>all lanes are taken there</source>
        <translation>那里的轨道都被占用</translation>
    </message>
    <message>
        <source>fade {length}</source>
        <translation>淡变 {length}</translation>
    </message>
    <message>
        <source>Playhead {time}, shot {number}</source>
        <translation>播放头 {time}，镜头 {number}</translation>
    </message>
    <message>
        <source>Marker {name} at {time}</source>
        <translation>标记 {name}，位于 {time}</translation>
    </message>
    <message>
        <source>Keyframe {name} in shot {number}, asked on frame {asked}, used on {used}</source>
        <translation>镜头 {number} 中的关键帧 {name}，所求第 {asked} 帧，所用第 {used} 帧</translation>
    </message>
    <message>
        <source>{count} keyframes selected</source>
        <translation>已选择 {count} 个关键帧</translation>
    </message>
    <message>
        <source>{count} shots selected</source>
        <translation>已选择 {count} 个镜头</translation>
    </message>
    <message>
        <source>Nothing selected</source>
        <translation>未选择任何内容</translation>
    </message>
    <message>
        <source>Shot {number} of {count}</source>
        <translation>镜头 {number}/{count}</translation>
    </message>
    <message numerus="yes">
        <source>%n keyframes</source>
        <comment>1 keyframe</comment>
        <translation>
            <numerusform>%n 个关键帧</numerusform>
        </translation>
    </message>
    <message>
        <source>no caption</source>
        <translation>无描述</translation>
    </message>
    <message>
        <source>shows the movie {name}</source>
        <translation>显示影片 {name}</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Caption of the shot</source>
        <translation>镜头的描述</translation>
    </message>
    <message>
        <source>What happens in this shot</source>
        <translation>这个镜头里发生什么</translation>
    </message>
    <message>
        <source>Name of the marker</source>
        <translation>标记的名称</translation>
    </message>
    <message>
        <source>What is to be noted here</source>
        <translation>这里要记下什么</translation>
    </message>
    <message>
        <source>Drop storyboard images or movies here</source>
        <translation>把故事板图像或影片拖到这里</translation>
    </message>
    <message>
        <source>Each becomes a shot. Drop more images on a shot to pin them to the frame where they should be seen. To look around first, open the sample film from the File menu.</source>
        <translation>每个都会成为一个镜头。把更多图像拖到镜头上，可钉在要出现的那一帧。想先看看，可从“文件”菜单打开示例片。</translation>
    </message>
    <message>
        <source>start of the pass</source>
        <translation>批次开头</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Skip the tour</source>
        <translation>跳过导览</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number}/{count}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>New here?</source>
        <translation>第一次使用？</translation>
    </message>
    <message>
        <source>Open the sample film and see in seven steps how boards become a movie.</source>
        <translation>打开示例影片，用七步了解分镜图如何变成影片。</translation>
    </message>
    <message>
        <source>Open the sample and show me round</source>
        <translation>打开示例并带我看看</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>The Help menu has it whenever you like</source>
        <translation>随时可在“帮助”菜单中找到</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Full screen viewer</source>
        <translation>全屏画面</translation>
    </message>
    <message>
        <source>The picture is on the full screen. Esc brings it back.</source>
        <translation>画面正在全屏显示。按 Esc 返回。</translation>
    </message>
    <message>
        <source>Forming · step {step} of {num_steps}</source>
        <translation>成形中 · 第 {step}/{num_steps} 步</translation>
    </message>
    <message>
        <source>Forming</source>
        <translation>成形中</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>分镜图</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>母版</translation>
    </message>
    <message>
        <source>Offline · {name}</source>
        <translation>离线 · {name}</translation>
    </message>
    <message>
        <source>Your film appears here</source>
        <translation>你的影片显示在这里</translation>
    </message>
    <message>
        <source>The image is missing or cannot be read</source>
        <translation>图像缺失或无法读取</translation>
    </message>
    <message>
        <source>{name} is not where it was; select its keyframe and relink it.</source>
        <translation>{name} 已不在原处；请选择其关键帧并重新链接。</translation>
    </message>
    <message>
        <source>Click and type to go somewhere: a timecode (2:05), a frame (53), a step (+12)</source>
        <translation>点击并输入要去的位置：时间码 (2:05)、帧 (53)、步进 (+12)</translation>
    </message>
    <message>
        <source>Timecode at the playhead</source>
        <translation>播放头处的时间码</translation>
    </message>
    <message>
        <source>frame {playhead} of {last}</source>
        <translation>第 {playhead} 帧，共 {last}</translation>
    </message>
    <message>
        <source>Frame at the playhead</source>
        <translation>播放头处的帧</translation>
    </message>
    <message>
        <source>What the viewer shows</source>
        <translation>画面显示的内容</translation>
    </message>
    <message>
        <source>What is drawn over the picture: safe areas, thirds, captions</source>
        <translation>画面上叠加的内容：安全框、三分线、描述</translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>  ·  {num_dropped} dropped</source>
        <translation>  ·  丢 {num_dropped} 帧</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>The best there is: master, else draft, else board</source>
        <translation>现有最佳：母版，否则草稿，否则分镜图</translation>
    </message>
    <message>
        <source>The boards as an animatic</source>
        <translation>以动态分镜显示分镜图</translation>
    </message>
    <message>
        <source>The draft takes</source>
        <translation>草稿版本</translation>
    </message>
    <message>
        <source>The masters</source>
        <translation>母版</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss the notice</source>
        <translation>关闭通知</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Looking at this installation…</source>
        <translation>正在检查此安装…</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>It names no folder of yours, no film and no caption.</source>
        <translation>报告不包含您的文件夹、影片或字幕。</translation>
    </message>
    <message>
        <source>Add sound at the playhead</source>
        <translation>在播放头处添加声音</translation>
    </message>
    <message>
        <source>Open a film (a folder that ends in .sdproj)</source>
        <translation>打开影片（以 .sdproj 结尾的文件夹）</translation>
    </message>
    <message>
        <source>Choose LoRAs</source>
        <translation>选择 LoRA</translation>
    </message>
    <message>
        <source>Save the film as</source>
        <translation>影片另存为</translation>
    </message>
    <message>
        <source>Save the frame as</source>
        <translation>帧另存为</translation>
    </message>
    <message>
        <source>Import keys</source>
        <translation>导入按键</translation>
    </message>
    <message>
        <source>Export keys to</source>
        <translation>导出按键到</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>未保存的更改</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>要保存对“{name}”的更改吗？</translation>
    </message>
    <message>
        <source>Without a save they are gone.</source>
        <translation>不保存就会丢失。</translation>
    </message>
    <message>
        <source>LoRA (*.safetensors)</source>
        <translation>LoRA (*.safetensors)</translation>
    </message>
    <message>
        <source>SmartDirector film (*{suffix})</source>
        <translation>SmartDirector 影片 (*{suffix})</translation>
    </message>
    <message>
        <source>PNG image (*.png)</source>
        <translation>PNG 图像 (*.png)</translation>
    </message>
    <message>
        <source>Where is the movie now?</source>
        <translation>影片现在在哪里？</translation>
    </message>
    <message>
        <source>Show another movie</source>
        <translation>显示另一部影片</translation>
    </message>
    <message>
        <source>Import movies, pictures and sounds</source>
        <translation>导入影片、图片和声音</translation>
    </message>
    <message>
        <source>&lt;b&gt;SmartDirector&lt;/b&gt;&lt;p&gt;From storyboard to video on your own machine.&lt;br&gt;An open implementation of SmartDirector (arXiv 2605.27891).&lt;/p&gt;&lt;p&gt;Apache-2.0&lt;/p&gt;</source>
        <translation>&lt;b&gt;SmartDirector&lt;/b&gt;&lt;p&gt;在自己的机器上,从分镜到视频。&lt;br&gt;SmartDirector (arXiv 2605.27891) 的开放实现。&lt;/p&gt;&lt;p&gt;Apache-2.0&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>About SmartDirector</source>
        <translation>关于 SmartDirector</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>更改按键…</translation>
    </message>
    <message>
        <source>, changed</source>
        <translation>，已更改</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>按名称搜索</translation>
    </message>
    <message>
        <source>Search by key</source>
        <translation>按按键搜索</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>Take back every change that was made to this preset</source>
        <translation>撤回对此预设的所有更改</translation>
    </message>
    <message>
        <source>{shown_key} is now “{get}”</source>
        <translation>{shown_key} 现在是“{get}”</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>The language changes when SmartDirector is started again.</source>
        <translation>重新启动 SmartDirector 后语言才会改变。</translation>
    </message>
    <message>
        <source>Look for missing media in this folder</source>
        <translation>在此文件夹中查找丢失的媒体</translation>
    </message>
    <message>
        <source>Where is the picture now?</source>
        <translation>图片现在在哪里？</translation>
    </message>
    <message>
        <source>Where is the sound now?</source>
        <translation>声音现在在哪里？</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Add storyboard images</source>
        <translation>添加分镜图</translation>
    </message>
    <message>
        <source>Image for this frame</source>
        <translation>此帧的图像</translation>
    </message>
    <message>
        <source>Replace the image</source>
        <translation>替换图像</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>选择模型文件夹</translation>
    </message>
    <message>
        <source>Saving a copy…</source>
        <translation>正在保存副本…</translation>
    </message>
    <message>
        <source>Images (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif);;All files (*)</source>
        <translation>图像 (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Keyboard maps (*.json)</source>
        <translation>键盘方案 (*.json)</translation>
    </message>
    <message>
        <source>Sound and movies (*.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff *.wma *.mp4 *.mov *.mkv *.webm *.m4v);;All files (*)</source>
        <translation>声音和影片 (*.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff *.wma *.mp4 *.mov *.mkv *.webm *.m4v);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Movies (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv *.flv *.3gp *.ogv);;All files (*)</source>
        <translation>影片 (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv *.flv *.3gp *.ogv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Movies, pictures and sounds (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv *.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif *.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff);;All files (*)</source>
        <translation>影片、图片和声音 (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv *.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif *.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
</context>
</TS>
